using System.Net;
using System.Net.Sockets;
using Mport.Server.Hosting.Handover;

namespace Mport.Server.Tests.Hosting.Handover;

/// <summary>An edge that can be handed over, with any number of sockets, which writes down what is asked of it.</summary>
internal sealed class FakeGivenEdge : IGivenEdge, IDisposable
{
    private readonly List<SharedSocket> _sockets;
    private readonly Lock _gate = new();
    private readonly List<string> _deeds = [];

    public FakeGivenEdge(int sockets, int hosts)
    {
        _sockets = [.. Enumerable.Range(0, sockets).Select(_ => new SharedSocket(SocketRole.Tcp, Listen()))];
        Hosts = [.. Enumerable.Range(0, hosts).Select(number => $"host-{number}")];
    }

    public IReadOnlyList<SharedSocket> Sockets => _sockets;

    public IReadOnlyList<string> Hosts { get; }

    public IReadOnlyList<string> Deeds
    {
        get
        {
            lock (_gate)
            {
                return [.. _deeds];
            }
        }
    }

    public Task<HandoverContents> ShareAsync(CancellationToken cancellationToken)
    {
        Note("share");
        return Task.FromResult(new HandoverContents(_sockets, Hosts, 99));
    }

    public Task HoldAsync()
    {
        Note("hold");
        return Task.CompletedTask;
    }

    public void Resume() => Note("resume");

    public void Dispose() => _sockets.ForEach(shared => shared.Socket.Dispose());

    private void Note(string deed)
    {
        lock (_gate)
        {
            _deeds.Add(deed);
        }
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(8);
        return listener;
    }
}
