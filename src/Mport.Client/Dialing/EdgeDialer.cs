using System.Net;
using System.Net.Sockets;
using Mport.Protocol.Errors;
using Mport.Protocol.Handshake;

namespace Mport.Client.Dialing;

/// <summary>One attempt to reach the edge: its addresses, the first that takes the connection, the greeting; the next address when that fails.</summary>
internal sealed class EdgeDialer
{
    private readonly ClientOptions _options;
    private readonly Surroundings _surroundings;
    private readonly TimeProvider _time;
    private readonly AddressBook _book;
    private readonly AddressRace _race;
    private readonly EdgeGreeting _greeting;
    private readonly bool _inHaste;

    /// <summary>Makes a dialer.</summary>
    /// <param name="options">The edge and the limits.</param>
    /// <param name="surroundings">DNS and sockets.</param>
    /// <param name="time">The clock.</param>
    public EdgeDialer(ClientOptions options, Surroundings surroundings, TimeProvider time)
        : this(options, new AddressBook(options.Edge, surroundings.Resolve, time), inHaste: false, surroundings, time)
    {
    }

    private EdgeDialer(ClientOptions options, AddressBook book, bool inHaste, Surroundings surroundings, TimeProvider time)
    {
        _options = options;
        _surroundings = surroundings;
        _time = time;
        _book = book;
        _inHaste = inHaste;
        _race = new AddressRace(surroundings.Connect, options.ConnectTimeout, time);
        _greeting = new EdgeGreeting(options, time);
    }

    /// <summary>A dialer that shares what this one knows of the edge's addresses and gives each step less time.</summary>
    public EdgeDialer InHaste(TimeSpan limit) => new(_options with { ConnectTimeout = limit }, _book, inHaste: true, _surroundings, _time);

    /// <summary>Tries every address once.</summary>
    /// <param name="hello">Makes the greeting at the moment when it can be sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<DialResult> DialAsync(Func<Hello> hello, CancellationToken cancellationToken)
    {
        var lookup = await _book.LookUpAsync(_options.ConnectTimeout, _inHaste, cancellationToken);
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

            var local = (socket.LocalEndPoint as IPEndPoint)?.Address;
            var result = await _greeting.RunAsync(socket, address, hello, cancellationToken);
            if (result.Greeted is { } greeted)
            {
                _book.Prove(lookup.Addresses);
                return DialResult.Of(greeted with { Local = local });
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
            $"{_options.Edge} cannot be reached: {string.Join("; ", failures.Take(4).Select(failure => $"{failure.Address} {Describe(failure.Error)}"))}.",
            retry: true);

    private string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "refused the connection",
        SocketError.TimedOut => $"did not answer within {_options.ConnectTimeout.TotalSeconds:0.#} s",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "has no route to it",
        SocketError.TooManyOpenSockets => "was not tried: this machine has no sockets left",
        _ => $"failed ({error})",
    };
}
