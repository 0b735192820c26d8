using System.Net.Sockets;
using Mport.Server.Hosting.Handover;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Handover;

/// <summary>Two connected Unix sockets.</summary>
internal sealed record UnixPair(Socket One, Socket Other) : IDisposable
{
    public static async Task<UnixPair> ConnectAsync()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Path);
        using var listener = ControlSocket.TryListen(folder.Path, out var obstacle);
        Assert.True(listener is not null, obstacle);
        var one = await ControlSocket.ConnectAsync(folder.Path, CancellationToken.None).Limited("a connection to a Unix socket");
        return new UnixPair(one, await listener.AcceptAsync().Limited("an accepted Unix socket"));
    }

    public void Dispose()
    {
        One.Dispose();
        Other.Dispose();
    }
}
