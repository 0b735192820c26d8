using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Errors;

namespace Mport.Client.Dialing;

/// <summary>
/// Where the edge's name leads: asked anew at each attempt, because the edge may have moved; the addresses of the last session stand in while DNS
/// does not answer (REL-30).
/// </summary>
/// <param name="edge">The edge.</param>
/// <param name="resolve">Asks DNS.</param>
/// <param name="time">The clock.</param>
internal sealed class AddressBook(EdgeAddress edge, Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider time)
{
    // While visitors wait for a broken connection, a network that has just come back must not be kept from them by a resolver that has not.
    private static readonly TimeSpan HastyLimit = TimeSpan.FromMilliseconds(500);

    private IReadOnlyList<IPEndPoint> _proven = [];

    /// <summary>The addresses to try, best first; or why there are none.</summary>
    /// <param name="limit">How long DNS may take.</param>
    /// <param name="inHaste">Take the proven addresses, where there are any, after half a second.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<AddressLookup> LookUpAsync(TimeSpan limit, bool inHaste, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(edge.Host, out var literal))
        {
            return new AddressLookup([new IPEndPoint(literal, edge.Port)], null);
        }

        var (found, why) = await AskAsync(inHaste && _proven.Count > 0 && limit > HastyLimit ? HastyLimit : limit, cancellationToken);
        if (found.Count > 0)
        {
            return new AddressLookup(found, null);
        }

        return new AddressLookup(_proven, Failure.Of(ConnectionErrors.NameNotResolved, $"DNS has no address for {edge.Host}: {why}.", retry: true));
    }

    /// <summary>A session was opened at one of these addresses.</summary>
    public void Prove(IReadOnlyList<IPEndPoint> addresses) => _proven = addresses;

    /// <summary>Alternates between the families, beginning with the one that the system prefers, so that one broken family costs one delay (RFC 8305).</summary>
    internal static IReadOnlyList<IPEndPoint> Interleave(IReadOnlyList<IPAddress> addresses, int port)
    {
        if (addresses.Count == 0)
        {
            return [];
        }

        var first = addresses[0].AddressFamily;
        var preferred = addresses.Where(address => address.AddressFamily == first).ToList();
        var others = addresses.Where(address => address.AddressFamily != first).ToList();
        var ordered = new List<IPEndPoint>(addresses.Count);
        for (var i = 0; i < Math.Max(preferred.Count, others.Count); i++)
        {
            ordered.AddRange(preferred.Skip(i).Take(1).Concat(others.Skip(i).Take(1)).Select(address => new IPEndPoint(address, port)));
        }

        return ordered;
    }

    private async ValueTask<(IReadOnlyList<IPEndPoint> Found, string Why)> AskAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var addresses = await resolve(edge.Host, either.Token);
            return (Interleave(addresses, edge.Port), "the answer is empty");
        }
        catch (SocketException error)
        {
            return ([], error.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.NoData => "the name does not exist",
                SocketError.TryAgain => "the network's DNS does not answer",
                _ => error.Message,
            });
        }
        catch (ArgumentException)
        {
            return ([], "it is not the name of a host");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], $"no answer within {limit.TotalSeconds:0.#} s");
        }
    }
}

/// <summary>What looking up the edge gave.</summary>
/// <param name="Addresses">The addresses to try; with a failure those that worked before, perhaps none.</param>
/// <param name="Failure">Why DNS did not help, else null.</param>
internal sealed record AddressLookup(IReadOnlyList<IPEndPoint> Addresses, Failure? Failure);
