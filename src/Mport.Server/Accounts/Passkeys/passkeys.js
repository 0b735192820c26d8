// The two ceremonies of passkeys for the pages /passkeys and /login/passkey: asks the edge, asks the browser, tells the edge. What holds is decided by the edge.
'use strict';
(() => {
  const form = document.querySelector('form[data-passkey]');
  const failure = document.getElementById('failure');
  if (!form || !failure) {
    return;
  }

  const button = form.querySelector('button');
  const read = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const write = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  const show = (text) => {
    failure.textContent = text;
    failure.hidden = text === '';
  };

  const send = async (path, body) => {
    const headers = { 'Mport-Csrf': '1' };
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }

    const response = await fetch('/api/v1' + path, { method: 'POST', credentials: 'same-origin', headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(answer.detail + ' (' + answer.code + ')');
    }

    return answer;
  };

  const credentialOf = (given, response) => ({
    id: given.id,
    rawId: write(given.rawId),
    type: given.type,
    clientExtensionResults: given.getClientExtensionResults(),
    response: Object.assign({ clientDataJSON: write(given.response.clientDataJSON) }, response),
  });

  const add = async () => {
    const { options, ticket } = await send('/me/passkeys/options', { password: form.elements.namedItem('password').value });
    options.challenge = read(options.challenge);
    options.user.id = read(options.user.id);
    for (const known of options.excludeCredentials || []) {
      known.id = read(known.id);
    }

    const made = await navigator.credentials.create({ publicKey: options });
    const name = form.elements.namedItem('name').value.trim();
    const credential = credentialOf(made, {
      attestationObject: write(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    });
    await send('/me/passkeys', name === '' ? { ticket, credential } : { ticket, credential, name });
  };

  const signIn = async () => {
    const { options, ticket } = await send('/auth/passkey/options');
    options.challenge = read(options.challenge);
    delete options.allowCredentials;
    const given = await navigator.credentials.get({ publicKey: options });
    const { authenticatorData, signature, userHandle } = given.response;
    const credential = credentialOf(given, {
      authenticatorData: write(authenticatorData),
      signature: write(signature),
      userHandle: userHandle ? write(userHandle) : undefined,
    });
    await send('/auth/passkey', { ticket, credential });
  };

  const explain = (error) => {
    switch (error.name) {
      case 'NotAllowedError':
        return 'The browser gave no passkey: it was cancelled, took too long, or there is none for this edge.';
      case 'InvalidStateError':
        return 'This device has a passkey for the account already.';
      case 'SecurityError':
        return 'The browser uses no passkeys at this address: it must be the edge\'s own name, by HTTPS with a certificate that the browser trusts.';
      default:
        return error.message;
    }
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    show('');
    button.disabled = true;
    try {
      await (form.dataset.passkey === 'add' ? add() : signIn());
      location.assign(form.dataset.next);
    } catch (error) {
      show(explain(error));
      button.disabled = false;
      button.focus();
    }
  });

  if (window.isSecureContext && window.PublicKeyCredential) {
    form.hidden = false;
  } else {
    show('This browser has no passkeys, or uses none at this address: it must be the edge\'s own name, by HTTPS.');
  }
})();
