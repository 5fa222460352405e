// The design system's components, where a page has any. Modules run before the page says that it is ready.
import { initAll } from "../vendor/nhsuk-frontend/nhsuk-frontend.min.js";
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

// On a narrow screen the menu folds away behind a button.
for (const bar of document.querySelectorAll(".app-navigation__toggle")) {
  const button = bar.querySelector("button");
  bar.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
  });
}
