using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using Mport.Protocol.Transport.Records;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>
/// Runs a TLS handshake with OpenSSL over a socket: its bytes go through two memory BIOs, and one task alone touches its objects. When it is done they are
/// freed; what goes on is the keys.
/// </summary>
internal static class OpenSslHandshake
{
    // A greeting or an answer to it fits; the edge holds no more for someone who is silent after the first bytes.
    private const int BufferBytes = 4 * 1024;

    /// <summary>The client's side. Owns the socket.</summary>
    public static Task<TlsTransport> ConnectAsync(Socket socket, ClientTlsOptions options, CancellationToken cancellationToken) =>
        RunAsync(socket, () => SslSession.ForClient(options), isClient: true, cancellationToken);

    /// <summary>The edge's side. Owns the socket.</summary>
    public static Task<TlsTransport> AcceptAsync(Socket socket, OpenSslContext context, CancellationToken cancellationToken) =>
        RunAsync(socket, () => SslSession.ForEdge(context), isClient: false, cancellationToken);

    private static async Task<TlsTransport> RunAsync(Socket socket, Func<SslSession> start, bool isClient, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        SslSession? session = null;
        RecordTransport? transport = null;
        try
        {
            session = start();
            while (true)
            {
                var step = session.Step();
                await SendAsync(socket, session, buffer, step, cancellationToken);
                if (step == HandshakeStep.Done)
                {
                    break;
                }

                if (step == HandshakeStep.Failed)
                {
                    throw session.Failure();
                }

                var received = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cancellationToken);
                if (received == 0)
                {
                    throw new IOException("The other side closed the connection during the TLS handshake.");
                }

                session.Give(buffer.AsSpan(0, received));
            }

            transport = new RecordTransport(socket, session.Keys(), isClient);
            if (session.TakeUnread() is { Length: > 0 } unread)
            {
                transport.Prepend(unread);
            }

            return transport;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException($"The connection broke during the TLS handshake: {error.Message}", error);
        }
        finally
        {
            if (transport is null)
            {
                socket.Dispose();
            }

            session?.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask SendAsync(Socket socket, SslSession session, byte[] buffer, HandshakeStep step, CancellationToken cancellationToken)
    {
        try
        {
            for (var length = session.TakeOutput(buffer); length > 0; length = session.TakeOutput(buffer))
            {
                for (var sent = 0; sent < length;)
                {
                    sent += await socket.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None, cancellationToken);
                }
            }
        }
        catch (SocketException) when (step == HandshakeStep.Failed)
        {
            // It was the alert that tells the other side why; the failure itself says more.
        }
    }
}
