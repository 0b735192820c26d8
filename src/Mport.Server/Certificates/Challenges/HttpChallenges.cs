using System.Collections.Concurrent;
using Mport.Server.Certificates.Acme;
using Mport.Server.Edge.Http;

namespace Mport.Server.Certificates.Challenges;

/// <summary>
/// Answers an authority's http-01 at the edge's own HTTP port: for a pending token of that host alone. Everything else below the path goes on to the tunnel
/// (SEC-104).
/// </summary>
internal sealed class HttpChallenges : IChallengeResponder
{
    private const string Prefix = "/.well-known/acme-challenge/";

    private readonly ConcurrentDictionary<(string Host, string Token), string> _pending = new();

    /// <inheritdoc />
    public AcmeChallengeKind Kind => AcmeChallengeKind.Http01;

    /// <inheritdoc />
    public Task<IAsyncDisposable> ShowAsync(string name, string token, string authorization, CancellationToken cancellationToken)
    {
        _pending[(name, token)] = authorization;
        return Task.FromResult<IAsyncDisposable>(new ShownChallenge(() =>
        {
            _pending.TryRemove((name, token), out _);
            return ValueTask.CompletedTask;
        }));
    }

    /// <summary>The answer to a request, when it is an authority's look at a pending challenge; else null.</summary>
    /// <param name="host">The request's host, as sent.</param>
    /// <param name="target">The target of the request line.</param>
    public string? Find(string host, string target) =>
        !_pending.IsEmpty && target.StartsWith(Prefix, StringComparison.Ordinal) && HostName.TryParse(host, out var name)
        && _pending.TryGetValue((name.Name, target[Prefix.Length..]), out var answer) ? answer : null;
}
