// Charts: the picture that the server drew stands until the same chart, drawn here, can be read by pointing.
// Expressions are interpreted, so that the page needs no right to evaluate code.
(() => {
  const self = document.currentScript;
  let ready = null;

  function load(address) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.async = false;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
  }

  function library() {
    ready ??= load(self.dataset.vega).then(() => load(self.dataset.lite)).then(() => load(self.dataset.embed));
    return ready;
  }

  async function draw(figure) {
    const answer = await fetch(figure.dataset.chart, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const specification = await answer.json();
    await library();
    const host = document.createElement("div");
    host.className = "app-chart__live";
    host.setAttribute("aria-hidden", "true");
    figure.insertBefore(host, figure.firstChild);
    await window.vegaEmbed(host, specification, {
      ast: true, actions: false, defaultStyle: false, renderer: "canvas", tooltip: { disableDefaultStyle: true },
    });
    figure.classList.add("app-chart--live");
  }

  function look() {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        draw(entry.target).catch(() => entry.target.classList.remove("app-chart--live"));
      }
    });
    document.querySelectorAll("figure[data-chart]:not([data-watched])").forEach((figure) => {
      figure.dataset.watched = "yes";
      if (window.matchMedia("(min-width: 48em)").matches) seen.observe(figure);
    });
  }

  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:afterSettle", look);
})();
