using System.Net;
using System.Net.Sockets;

namespace Mport.Client.Dialing;

/// <summary>
/// Connects to the first of several addresses that accepts: they are tried in their order, the next one as soon as the one before has failed or
/// has been silent for 250 ms (RFC 8305 with its recommended delay), so that a dead IPv6 route costs a quarter of a second and not ten.
/// </summary>
/// <param name="connect">Connects one socket.</param>
/// <param name="limit">How long one address may take.</param>
/// <param name="time">The clock.</param>
internal sealed class AddressRace(Func<IPEndPoint, CancellationToken, Task<Socket>> connect, TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs the race. Sockets that come too late are closed before it ends.</summary>
    public async Task<RaceResult> RunAsync(IReadOnlyList<IPEndPoint> addresses, CancellationToken cancellationToken)
    {
        if (addresses.Count == 1)
        {
            // Nearly every target: nothing to race, and a visitor waits.
            var only = await AttemptAsync(addresses[0], cancellationToken);
            if (only.Socket is not null)
            {
                return new RaceResult(only.Socket, only.Address, []);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return new RaceResult(null, null, [new AddressFailure(only.Address, only.Error)]);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Attempt>>();
        var failures = new List<AddressFailure>();
        try
        {
            for (var next = 0; next < addresses.Count || running.Count > 0;)
            {
                if (next < addresses.Count)
                {
                    running.Add(AttemptAsync(addresses[next++], over.Token));
                }

                var finished = await FirstAsync(running, waitForAll: next == addresses.Count, over.Token);
                if (finished < 0)
                {
                    continue;
                }

                var attempt = await running[finished];
                running.RemoveAt(finished);
                if (attempt.Socket is not null)
                {
                    return new RaceResult(attempt.Socket, attempt.Address, failures);
                }

                cancellationToken.ThrowIfCancellationRequested();
                failures.Add(new AddressFailure(attempt.Address, attempt.Error));
            }

            return new RaceResult(null, null, failures);
        }
        finally
        {
            await over.CancelAsync();
            foreach (var late in running)
            {
                (await late).Socket?.Dispose();
            }
        }
    }

    /// <summary>The index of the first attempt that finishes, or -1 when it is time to start the next.</summary>
    private async Task<int> FirstAsync(List<Task<Attempt>> running, bool waitForAll, CancellationToken cancellationToken)
    {
        if (waitForAll)
        {
            var last = await Task.WhenAny(running);
            return running.IndexOf(last);
        }

        using var decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stagger = Task.Delay(Stagger, time, decided.Token);
        var first = await Task.WhenAny([.. running, stagger]);
        await decided.CancelAsync();
        return running.FindIndex(attempt => attempt == first);
    }

    private async Task<Attempt> AttemptAsync(IPEndPoint address, CancellationToken over)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, over);
        try
        {
            return new Attempt(address, await connect(address, either.Token), SocketError.Success);
        }
        catch (SocketException error)
        {
            return new Attempt(address, null, error.SocketErrorCode);
        }
        catch (OperationCanceledException)
        {
            return new Attempt(address, null, over.IsCancellationRequested ? SocketError.OperationAborted : SocketError.TimedOut);
        }
    }

    private readonly record struct Attempt(IPEndPoint Address, Socket? Socket, SocketError Error);
}

/// <summary>How a race ended.</summary>
/// <param name="Winner">The connected socket, or null when every address failed.</param>
/// <param name="Address">Where it is connected to.</param>
/// <param name="Failures">The addresses that failed, in the order in which they did.</param>
internal sealed record RaceResult(Socket? Winner, IPEndPoint? Address, IReadOnlyList<AddressFailure> Failures);

/// <summary>Why one address could not be connected to.</summary>
internal readonly record struct AddressFailure(IPEndPoint Address, SocketError Error);
