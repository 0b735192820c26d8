using Mport.Protocol.Identity;
using Mport.Server.Hosting;

namespace Mport.Server.Accounts.Links;

/// <summary>The addresses of the edge's own pages. They come from the configuration alone, never from what a request says its host is (SEC-72).</summary>
/// <param name="settings">The edge's settings.</param>
/// <param name="httpPort">The port that plain HTTP is really served on.</param>
/// <param name="tlsPort">The port that HTTPS is really served on.</param>
internal sealed class AccountLinks(EdgeSettings settings, int httpPort, int tlsPort)
{
    // Nobody else than this machine reaches localhost, and no authority certifies it: a browser would only warn.
    private string Root => settings.Domain == "localhost"
        ? httpPort == 80 ? "http://localhost" : $"http://localhost:{httpPort}"
        : tlsPort == 443 ? $"https://{settings.Domain}" : $"https://{settings.Domain}:{tlsPort}";

    /// <summary>Where a machine's login is approved.</summary>
    public string Device => $"{Root}/device";

    /// <summary>Where the machine's code is filled in already.</summary>
    public string DeviceWith(string code) => $"{Root}/device?code={code}";

    /// <summary>Where a password is set with a one-time secret. To be shown once.</summary>
    public string Password(Secret secret) => $"{Root}/password?t={secret.Reveal()}";

    /// <summary>Where an invitation is accepted. To be shown once.</summary>
    public string Invitation(Secret secret) => $"{Root}/invite?t={secret.Reveal()}";
}
