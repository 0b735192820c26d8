using System.Net;
using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Links;

/// <summary>The addresses of the edge's own pages. They come from the configuration alone, never from what a request says its host is (SEC-72).</summary>
internal sealed class AccountLinks
{
    private volatile string _root = "";
    private volatile IReadOnlyList<string> _origins = [];

    /// <summary>What all of them begin with: scheme, host and port. Empty until it is known.</summary>
    public string Root => _root;

    /// <summary>
    /// The origins at which a browser may have the edge's own pages open under the edge's own name: the root's, and HTTPS on its usual port, from where a proxy or
    /// the network may lead to the edge. Nothing that runs on another port of the same name, a tunnel for example, is among them. Empty where the
    /// edge's name is an IP address, which browsers give no passkeys to.
    /// </summary>
    public IReadOnlyList<string> Origins => _origins;

    /// <summary>Where a machine's login is approved.</summary>
    public string Device => $"{Root}/device";

    /// <summary>The ports are known, from which pages can be reached.</summary>
    /// <param name="domain">The edge's domain.</param>
    /// <param name="httpPort">The port that plain HTTP is really served on.</param>
    /// <param name="tlsPort">The port that HTTPS is really served on.</param>
    public void Bound(string domain, int httpPort, int tlsPort)
    {
        var secure = tlsPort == 443 ? $"https://{domain}" : $"https://{domain}:{tlsPort}";

        // Nobody else than this machine reaches localhost, and no authority certifies it: a browser would only warn.
        _root = domain == "localhost" ? httpPort == 80 ? "http://localhost" : $"http://localhost:{httpPort}" : secure;
        _origins = IPAddress.TryParse(domain, out _) ? [] : [.. new[] { _root, secure, $"https://{domain}" }.Distinct()];
    }

    /// <summary>Another process knows it.</summary>
    public void Told(string root) => _root = root;

    /// <summary>Where the machine's code is filled in already.</summary>
    public string DeviceWith(string code) => $"{Root}/device?code={code}";

    /// <summary>Where a password is set with a one-time secret. To be shown once.</summary>
    public Secret Password(Secret secret) => new($"{Root}/password?t={secret.Reveal()}");

    /// <summary>Where an address is confirmed and its account made. To be shown once.</summary>
    public Secret Confirmation(Secret secret) => new($"{Root}/confirm?t={secret.Reveal()}");

    /// <summary>Where an invitation is accepted. To be shown once.</summary>
    public Secret Invitation(Secret secret) => new($"{Root}/invite?t={secret.Reveal()}");
}
