// Puts the server's question to a security key and sends its answer; a form without scripts says so.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function answer(what, options) {
    const asked = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (what === "create") {
      asked.user = { ...asked.user, id: bytes(asked.user.id) };
      asked.excludeCredentials = known(asked.excludeCredentials);
      return navigator.credentials.create({ publicKey: asked });
    }
    asked.allowCredentials = known(asked.allowCredentials);
    return navigator.credentials.get({ publicKey: asked });
  }

  function written(credential) {
    const given = credential.response;
    const response = { clientDataJSON: text(given.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[name]) response[name] = text(given[name]);
    }
    if (given.getTransports) response.transports = given.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  function say(form, words) {
    let place = form.querySelector(".nhsuk-error-message");
    if (!place) {
      place = document.createElement("p");
      place.className = "nhsuk-error-message";
      place.setAttribute("role", "alert");
      form.prepend(place);
    }
    place.textContent = words;
  }

  async function ask(event) {
    event.preventDefault();
    const form = event.target;
    if (!window.PublicKeyCredential) {
      say(form, "This browser cannot use security keys. Use your authenticator app or a recovery code.");
      return;
    }
    try {
      const credential = await answer(form.dataset.securityKey, JSON.parse(form.dataset.options));
      form.querySelector("[name=credential]").value = written(credential);
      form.submit();
    } catch (wrong) {
      say(form, wrong.name === "SecurityError"
        ? "Security keys work where the page has a name, and not under a number: try http://localhost."
        : "The key was not used. Have it at hand and try again.");
    }
  }

  document.querySelectorAll("form[data-security-key]").forEach((form) => form.addEventListener("submit", ask));
})();
