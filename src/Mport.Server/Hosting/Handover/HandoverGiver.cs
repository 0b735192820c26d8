using System.Runtime.InteropServices;

namespace Mport.Server.Hosting.Handover;

/// <summary>The old edge's side of one handover: gives step by step, and takes everything back when the new edge fails at any of them.</summary>
/// <param name="channel">To the new edge.</param>
/// <param name="edge">What is handed over.</param>
/// <param name="extras">The lock and the control socket.</param>
/// <param name="time">The clock.</param>
internal sealed class HandoverGiver(HandoverChannel channel, IGivenEdge edge, IReadOnlyList<(SocketRole Role, SafeHandle Handle)> extras, TimeProvider time)
{
    /// <summary>Completes when the new edge serves; the old one holds its sockets then, and must let them go.</summary>
    /// <exception cref="Exception">It failed, in whatever way; the edge goes on as before.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Handover step 1: the new edge reads its settings and brings the database up to date, while this one serves.
        await channel.SendAsync(new HandoverGranted(EdgeVersion.Text, Environment.ProcessId), cancellationToken);
        await WithinAsync(HandoverTimes.Prepare, token => channel.ReceiveAsync(HandoverStage.Prepared, token), cancellationToken);
        try
        {
            // Handover step 2: it gets the sockets, and builds itself around them. This one still accepts.
            var contents = await WithinAsync(HandoverTimes.Start, edge.ShareAsync, cancellationToken);
            await SendPartsAsync(contents, cancellationToken);
            await WithinAsync(HandoverTimes.Start, token => channel.ReceiveAsync(HandoverStage.Ready, token), cancellationToken);

            // Handover step 3: nobody accepts for a moment, then the new edge does.
            await WithinAsync(HandoverTimes.Answer, token => edge.HoldAsync().WaitAsync(token), cancellationToken);
            // Told to stop from here on, this edge still hears whether the new one serves: else both or neither would.
            await channel.SendAsync(new HandoverStep(HandoverStage.Held), CancellationToken.None);
            await WithinAsync(HandoverTimes.Answer, token => channel.ReceiveAsync(HandoverStage.Serving, token), CancellationToken.None);
        }
        catch
        {
            edge.Resume();
            throw;
        }
    }

    private async Task SendPartsAsync(HandoverContents contents, CancellationToken cancellationToken)
    {
        List<(SocketRole Role, SafeHandle Handle)> descriptors = [.. extras, .. contents.Sockets.Select(shared => (shared.Role, (SafeHandle)shared.Socket.SafeHandle))];
        var hosts = contents.Hosts;

        // One part at a time: the kernel limits the descriptors that are under way.
        for (int d = 0, h = 0; ;)
        {
            var some = descriptors.GetRange(d, Math.Min(HandoverChannel.DescriptorsInPart, descriptors.Count - d));
            d += some.Count;
            var names = hosts.Skip(h).Take(HandoverChannel.HostsInPart).ToList();
            h += names.Count;
            var part = new HandoverPart
            {
                Descriptors = [.. some.Select(one => one.Role)],
                Hosts = names,
                Generation = contents.Generation,
                IsLast = d == descriptors.Count && h == hosts.Count,
            };
            await channel.SendAsync(part, [.. some.Select(one => one.Handle)], cancellationToken);
            await WithinAsync(HandoverTimes.Answer, token => channel.ReceiveAsync(HandoverStage.Received, token), cancellationToken);
            if (part.IsLast)
            {
                return;
            }
        }
    }

    private async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HandoverException($"The new edge did not take its next step within {limit.TotalSeconds:0} s.");
        }
    }

    private Task<bool> WithinAsync(TimeSpan limit, Func<CancellationToken, Task> step, CancellationToken cancellationToken) =>
        WithinAsync(
            limit,
            async token =>
            {
                await step(token);
                return true;
            },
            cancellationToken);
}
