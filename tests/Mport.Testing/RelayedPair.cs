using System.Net.Sockets;

namespace Mport.Testing;

/// <summary>The two sockets of one connection through a <see cref="FaultRelay"/>.</summary>
internal sealed class RelayedPair(Socket client, Socket server)
{
    private readonly TaskCompletionSource _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _halfOpen;

    /// <summary>Completes when the sockets need to be kept no longer: at once, but for a half-open pair.</summary>
    public Task Kept => _halfOpen ? _kept.Task : Task.CompletedTask;

    /// <summary>Resets both ends.</summary>
    public void Reset()
    {
        _kept.TrySetResult();
        Abort(client);
        Abort(server);
    }

    /// <summary>Resets the server's end alone; the client's stays open and silent.</summary>
    public void ResetServerSide()
    {
        _halfOpen = true;
        Abort(server);
    }

    /// <summary>Resets the client's end alone; the server's stays open and silent.</summary>
    public void ResetClientSide()
    {
        _halfOpen = true;
        Abort(client);
    }

    /// <summary>One end broke: so does the other, unless the pair is half-open.</summary>
    public void PassOnReset(Socket broken)
    {
        if (!_halfOpen)
        {
            Abort(broken == client ? server : client);
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }
}
