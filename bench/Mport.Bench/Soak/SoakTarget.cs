using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mport.Bench.Soak;

/// <summary>The services behind the soak's tunnels, as a process that can be killed: HTTP with downloads and WebSocket echo, TCP echo, UDP echo.</summary>
internal static class SoakTarget
{
    /// <summary>Serves until standard input ends.</summary>
    public static async Task<int> RunAsync(int httpPort, int tcpPort, int udpPort)
    {
        await using var web = BuildWeb(httpPort);
        await web.StartAsync();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, tcpPort));
        listener.Listen(512);
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, udpPort));
        var serving = Task.WhenAny(EchoTcpAsync(listener), EchoUdpAsync(udp));
        Console.WriteLine("serving");
        await await Task.WhenAny(Console.In.ReadToEndAsync(), serving);
        return 0;
    }

    private static WebApplication BuildWeb(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(AnswerAsync);
        return app;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await EchoAsync(socket, context.RequestAborted);
        }
        else if (context.Request.Path == "/bytes")
        {
            var size = Number(context, "size");
            context.Response.ContentLength = size;
            foreach (var block in Content.Blocks(Number(context, "seed"), size))
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        }
        else
        {
            await context.Response.WriteAsync("hello " + context.Request.Query["n"], context.RequestAborted);
        }
    }

    private static int Number(HttpContext context, string name) => int.Parse(context.Request.Query[name].ToString(), CultureInfo.InvariantCulture);

    private static async Task EchoAsync(WebSocket socket, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), stop);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, stop);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The visitor is gone.
        }
    }

    private static async Task EchoTcpAsync(Socket listener)
    {
        while (true)
        {
            _ = EchoTcpOneAsync(await listener.AcceptAsync());
        }
    }

    private static async Task EchoTcpOneAsync(Socket visitor)
    {
        using var owned = visitor;
        var buffer = new byte[16 * 1024];
        try
        {
            while (await visitor.ReceiveAsync(buffer) is > 0 and var count)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await visitor.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (SocketException)
        {
            // The visitor is gone.
        }
    }

    private static async Task EchoUdpAsync(Socket udp)
    {
        var buffer = new byte[65_536];
        while (true)
        {
            var from = await udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
            await udp.SendToAsync(buffer.AsMemory(0, from.ReceivedBytes), from.RemoteEndPoint);
        }
    }
}
