// The design system's components, where a page has any.
import { initAll } from "../vendor/nhsuk-frontend/nhsuk-frontend.min.js";
initAll();
