using Mport.Server.Certificates.Acme;

namespace Mport.Server.Certificates.Challenges;

/// <summary>Shows an authority that a name leads to this edge.</summary>
internal interface IChallengeResponder
{
    /// <summary>The way.</summary>
    AcmeChallengeKind Kind { get; }

    /// <summary>Sets up what the authority will look for, until what it gives is disposed.</summary>
    /// <param name="name">The name, without the star of a wildcard.</param>
    /// <param name="token">The challenge's token.</param>
    /// <param name="authorization">What it must be answered with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AcmeException">It cannot be set up.</exception>
    Task<IAsyncDisposable> ShowAsync(string name, string token, string authorization, CancellationToken cancellationToken);
}
