using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;

namespace Mport.Client.Dialing;

/// <summary>One attempt to reach the edge: its addresses, the first that takes the connection, the greeting; the next address when that fails.</summary>
/// <param name="options">The edge and the limits.</param>
/// <param name="surroundings">DNS and sockets.</param>
/// <param name="time">The clock.</param>
internal sealed class EdgeDialer(ClientOptions options, Surroundings surroundings, TimeProvider time)
{
    private readonly AddressBook _book = new(options.Edge, surroundings.Resolve, options.ConnectTimeout, time);
    private readonly AddressRace _race = new(surroundings.Connect, options.ConnectTimeout, time);
    private readonly EdgeGreeting _greeting = new(options, time);

    /// <summary>Tries every address once.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DialResult> DialAsync(Hello hello, CancellationToken cancellationToken)
    {
        var lookup = await _book.LookUpAsync(cancellationToken);
        var left = lookup.Addresses.ToList();
        var told = lookup.Failure;
        while (left.Count > 0)
        {
            var race = await _race.RunAsync(left, cancellationToken);
            left.RemoveAll(address => address.Equals(race.Address) || race.Failures.Any(failure => failure.Address.Equals(address)));
            told = MoreTelling(told, Unreachable(race.Failures));
            if (race is not { Winner: { } socket, Address: { } address })
            {
                break;
            }

            var result = await _greeting.RunAsync(socket, address, hello, cancellationToken);
            if (result.Greeted is not null)
            {
                _book.Prove(lookup.Addresses);
                return result;
            }

            if (IsAnswer(result.Failure))
            {
                return result;
            }

            told = MoreTelling(told, result.Failure);
        }

        return DialResult.Of(told ?? Failure.Of(ConnectionErrors.EdgeUnreachable, retry: true));
    }

    // The edge itself has spoken: another address of it would say the same.
    private static bool IsAnswer(Failure? failure) => failure is not null && Rank(failure) == 0;

    private static Failure? MoreTelling(Failure? one, Failure? other) =>
        one is null || other is null ? one ?? other : Rank(other) < Rank(one) ? other : one;

    // What a user should hear first when several addresses failed in several ways.
    private static int Rank(Failure failure)
    {
        ReadOnlySpan<ErrorDescription> ours =
        [
            ConnectionErrors.PinMismatch, ConnectionErrors.CertificateUntrusted, ConnectionErrors.NotAnEdge, ProtocolErrors.HandshakeTimeout,
            ConnectionErrors.ConnectionLost, ConnectionErrors.NameNotResolved, ConnectionErrors.EdgeUnreachable,
        ];
        for (var i = 0; i < ours.Length; i++)
        {
            if (ours[i].Code == failure.Code)
            {
                return i + 1;
            }
        }

        return 0;
    }

    private Failure? Unreachable(IReadOnlyList<AddressFailure> failures) => failures.Count == 0
        ? null
        : Failure.Of(
            ConnectionErrors.EdgeUnreachable,
            $"{options.Edge} cannot be reached: {string.Join("; ", failures.Take(4).Select(failure => $"{failure.Address} {Describe(failure.Error)}"))}.",
            retry: true);

    private string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "refused the connection",
        SocketError.TimedOut => $"did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "has no route to it",
        SocketError.TooManyOpenSockets => "was not tried: this machine has no sockets left",
        _ => $"failed ({error})",
    };
}
