using System.Net;
using System.Net.Sockets;
using Mport.Client.Dialing;
using Mport.Protocol.Streams;

namespace Mport.Client.Streams;

/// <summary>Connects to a target.</summary>
/// <param name="context">What all parts of the engine share.</param>
internal sealed class TargetDialer(EngineContext context)
{
    private readonly AddressRace _race = new(context.Surroundings.Connect, context.Options.TargetTimeout, context.Time);

    /// <summary>Connects within the time limit, or gives the answer that says why not.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<TargetDial> DialAsync(TargetAddress target, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(context.Options.TargetTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var addresses = await ResolveAsync(target, either.Token);
            var race = await _race.RunAsync(addresses, either.Token);
            return race.Winner is { } socket ? Accepted(socket, target) : Failed(target, race.Failures);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(target, SocketError.TimedOut);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            // From DNS alone: the race gives what sockets throw as values.
            return new TargetDial(null, new StreamAnswer(StreamStatus.Unreachable, $"{target} cannot be reached: its name cannot be resolved."));
        }
    }

    /// <summary>The addresses of a target. A service on localhost may listen on either family alone, so both are tried (IPv4 first, as most do).</summary>
    internal static IReadOnlyList<IPEndPoint>? Known(TargetAddress target) =>
        target.Host == "localhost"
            ? [new IPEndPoint(IPAddress.Loopback, target.Port), new IPEndPoint(IPAddress.IPv6Loopback, target.Port)]
            : IPAddress.TryParse(target.Host, out var literal) ? [new IPEndPoint(literal, target.Port)] : null;

    private static TargetDial Failed(TargetAddress target, IReadOnlyList<AddressFailure> failures)
    {
        // The addresses stand in order of preference: the first that says more than "no route" is the one that the user means.
        var errors = failures.Select(failure => failure.Error).ToList();
        var told = errors.Find(error => ToStatus(error) != StreamStatus.Unreachable);
        return Failed(target, told != SocketError.Success ? told : errors.FirstOrDefault(SocketError.HostNotFound));
    }

    private static TargetDial Failed(TargetAddress target, SocketError error)
    {
        var status = ToStatus(error);
        var what = status switch
        {
            StreamStatus.Refused => "refused the connection",
            StreamStatus.TimedOut => "did not answer in time",
            StreamStatus.Overloaded => error == SocketError.AddressNotAvailable
                ? "was not reached: the client's machine has no local port left for it"
                : "was not reached: the client's machine has no sockets left",
            _ => $"cannot be reached ({error})",
        };
        return new TargetDial(null, new StreamAnswer(status, $"{target} {what}."));
    }

    private static StreamStatus ToStatus(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => StreamStatus.Refused,
        SocketError.TimedOut => StreamStatus.TimedOut,
        SocketError.TooManyOpenSockets or SocketError.AddressNotAvailable or SocketError.NoBufferSpaceAvailable => StreamStatus.Overloaded,
        _ => StreamStatus.Unreachable,
    };

    private static TargetDial Accepted(Socket socket, TargetAddress target)
    {
        // Nothing listened, and the system chose the target's own port as our local one: TCP then connects a socket to itself.
        if (socket.LocalEndPoint is { } local && local.Equals(socket.RemoteEndPoint))
        {
            socket.Dispose();
            return Failed(target, SocketError.ConnectionRefused);
        }

        return new TargetDial(socket, StreamAnswer.Connected);
    }

    /// <summary>The target's addresses, best first.</summary>
    /// <exception cref="SocketException">DNS has none.</exception>
    internal async ValueTask<IReadOnlyList<IPEndPoint>> ResolveAsync(TargetAddress target, CancellationToken cancellationToken) =>
        Known(target) ?? AddressBook.Interleave(await context.Surroundings.Resolve(target.Host, cancellationToken), target.Port);
}
