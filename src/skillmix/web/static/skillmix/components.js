// The design system's components, where a page has any. Modules run before the page says that it is ready.
import { initAll } from "../vendor/nhsuk-frontend/nhsuk-frontend.min.js";
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();
