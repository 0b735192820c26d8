using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Http;

/// <summary>A local web service with one path for each thing that a tunnel must carry.</summary>
internal sealed class WebTarget : IAsyncDisposable
{
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();
    private readonly WebApplication _app;
    private int _connections;
    private int _downloads;

    private WebTarget(IPAddress listen)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(listen, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection =>
                {
                    Interlocked.Increment(ref _connections);
                    return next(connection);
                });
            });
        });
        _app = builder.Build();
        _app.UseWebSockets();
        Map(_app);
    }

    /// <summary>Where it listens.</summary>
    public int Port => new Uri((_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []).First()).Port;

    /// <summary>Connections taken so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Downloads of <c>/endless</c> that go on now.</summary>
    public int Downloads => Volatile.Read(ref _downloads);

    /// <summary>Starts it.</summary>
    public static async Task<WebTarget> StartAsync(IPAddress? listen = null)
    {
        var target = new WebTarget(listen ?? IPAddress.Loopback);
        await target._app.StartAsync();
        return target;
    }

    /// <summary>Sends one event to whoever reads <c>/events</c>.</summary>
    public void Tell(string text) => _events.Writer.TryWrite(text);

    /// <summary>The next piece of a body that somebody sends to <c>/pieces</c>, or <c>aborted</c> for a download that was broken off.</summary>
    public Task<string> PieceAsync() => _pieces.Reader.ReadAsync().Limited("a piece of a request's body, or the end of a download, at the target");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _app.DisposeAsync();
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/hello", ["GET", "HEAD"], Hello);
        routes.MapPost("/hash", (Delegate)HashAsync);
        routes.MapPost("/echo", EchoAsync);
        routes.MapPost("/pieces", (Delegate)PiecesAsync);
        routes.MapGet("/headers", (HttpContext context) => string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")));
        routes.MapGet("/events", EventsAsync);
        routes.MapGet("/endless", EndlessAsync);
        routes.MapGet("/random/{seed:int}/{bytes:long}", (Delegate)RandomAsync);
        routes.Map("/socket", SocketAsync);
    }

    private static IResult Hello(HttpContext context)
    {
        context.Response.Headers["X-Target"] = "web";
        return Results.Text("hello");
    }

    private static async Task<string> HashAsync(HttpContext context)
    {
        var request = context.Request;
        var coding = request.Headers.TransferEncoding.ToString();
        return $"{(coding.Length > 0 ? coding : request.ContentLength)} {Convert.ToHexString(await SHA256.HashDataAsync(request.Body))}";
    }

    private static async Task RandomAsync(HttpContext context, int seed, long bytes)
    {
        context.Response.ContentLength = bytes;
        foreach (var piece in RandomData.Pieces(seed, bytes))
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }

    // Without a length: the answer is chunked.
    private static async Task EchoAsync(HttpContext context)
    {
        var piece = new byte[65536];
        while (await context.Request.Body.ReadAsync(piece) is > 0 and var read)
        {
            await context.Response.Body.WriteAsync(piece.AsMemory(0, read));
            await context.Response.Body.FlushAsync();
        }
    }

    private async Task<string> PiecesAsync(HttpContext context)
    {
        var piece = new byte[65536];
        while (await context.Request.Body.ReadAsync(piece) is > 0 and var read)
        {
            _pieces.Writer.TryWrite(Encoding.UTF8.GetString(piece, 0, read));
        }

        return context.Request.Headers.TransferEncoding.ToString();
    }

    private async Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync();
        await foreach (var text in _events.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync($"data: {text}\n\n");
            await context.Response.Body.FlushAsync();
        }
    }

    // Ends only when its reader goes away; each end is told as a piece.
    private async Task EndlessAsync(HttpContext context)
    {
        Interlocked.Increment(ref _downloads);
        try
        {
            var piece = new byte[65536];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // Its reader has gone.
        }

        Interlocked.Decrement(ref _downloads);
        _pieces.Writer.TryWrite("aborted");
    }

    private static async Task SocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var piece = new byte[65536];
        while (true)
        {
            var received = await socket.ReceiveAsync(piece, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
                return;
            }

            await socket.SendAsync(piece.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }
}
