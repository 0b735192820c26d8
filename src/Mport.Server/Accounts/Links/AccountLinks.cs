using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Links;

/// <summary>The addresses of the edge's own pages. They come from the configuration alone, never from what a request says its host is (SEC-72).</summary>
/// <param name="domain">The edge's domain.</param>
internal sealed class AccountLinks(string domain)
{
    private volatile int _httpPort;
    private volatile int _tlsPort;

    /// <summary>Where a machine's login is approved.</summary>
    public string Device => $"{Root}/device";

    // Nobody else than this machine reaches localhost, and no authority certifies it: a browser would only warn.
    private string Root => domain == "localhost"
        ? _httpPort == 80 ? "http://localhost" : $"http://localhost:{_httpPort}"
        : _tlsPort == 443 ? $"https://{domain}" : $"https://{domain}:{_tlsPort}";

    /// <summary>The ports are known, from which pages can be reached.</summary>
    public void Bound(int httpPort, int tlsPort)
    {
        _httpPort = httpPort;
        _tlsPort = tlsPort;
    }

    /// <summary>Where the machine's code is filled in already.</summary>
    public string DeviceWith(string code) => $"{Root}/device?code={code}";

    /// <summary>Where a password is set with a one-time secret. To be shown once.</summary>
    public Secret Password(Secret secret) => new($"{Root}/password?t={secret.Reveal()}");

    /// <summary>Where an invitation is accepted. To be shown once.</summary>
    public Secret Invitation(Secret secret) => new($"{Root}/invite?t={secret.Reveal()}");
}
