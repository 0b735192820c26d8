using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Hosting.Handover;

/// <summary>The Unix socket in the data folder at which an edge that wants to take over asks: mode 0600, and each side looks who the other is.</summary>
internal static class ControlSocket
{
    private const string FileName = "edge.sock";

    // No longer than the other: both must fit.
    private const string FreshName = "edge.new";

    // sun_path has 108 bytes, the last of them a zero.
    private const int MaxPathBytes = 107;
    private const int Backlog = 8;

    /// <summary>Listens in the data folder, whose lock the caller holds. Null where this is not possible; <paramref name="obstacle"/> says why.</summary>
    public static Socket? TryListen(string dataFolder, out string obstacle)
    {
        if (Obstacle(dataFolder) is { } impossible)
        {
            obstacle = impossible;
            return null;
        }

        var fresh = Path.Combine(dataFolder, FreshName);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(fresh);
            socket.Bind(new UnixDomainSocketEndPoint(fresh));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(Backlog);

            // Under its name it is found only when it is complete. And .NET deletes the file of the name that was bound when the socket is
            // closed, also when the next edge has the socket.
            File.Move(fresh, PathIn(dataFolder), overwrite: true);
            obstacle = "";
            return socket;
        }
        catch (Exception refused) when (refused is SocketException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose();
            obstacle = refused.Message;
            return null;
        }
    }

    /// <summary>Connects to the edge that runs with the data folder.</summary>
    /// <exception cref="EdgeStartException">It cannot be reached, or belongs to somebody else.</exception>
    public static async Task<Socket> ConnectAsync(string dataFolder, CancellationToken cancellationToken)
    {
        if (Obstacle(dataFolder) is { } obstacle)
        {
            throw new EdgeStartException(Failure.Of(EdgeErrors.TakeoverUnsupported, obstacle));
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(PathIn(dataFolder)), cancellationToken);
            return IsTrusted(socket)
                ? socket
                : throw new EdgeStartException(Failure.Of(EdgeErrors.TakeoverUnanswered, $"The socket {PathIn(dataFolder)} belongs to another user."));
        }
        catch (SocketException silent)
        {
            socket.Dispose();
            throw new EdgeStartException(Failure.Of(EdgeErrors.TakeoverUnanswered, $"Nobody answers at {PathIn(dataFolder)}: {silent.Message}."), silent);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether the process at the other end belongs to this one's user, or to root.</summary>
    public static bool IsTrusted(Socket socket)
    {
        // struct ucred: process, user, group, four bytes each.
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(LibC.SocketLevel, LibC.PeerCredentials, credentials) == credentials.Length
            && MemoryMarshal.Read<uint>(credentials[4..]) is var user && (user == 0 || user == LibC.EffectiveUser());
    }

    /// <summary>Takes the socket's file away.</summary>
    public static void Delete(string dataFolder)
    {
        try
        {
            File.Delete(PathIn(dataFolder));
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The next edge deletes it.
        }
    }

    private static string PathIn(string dataFolder) => Path.Combine(dataFolder, FileName);

    private static string? Obstacle(string dataFolder) =>
        !OperatingSystem.IsLinux() ? "Only Linux passes listening sockets from one process to another."
        : Encoding.UTF8.GetByteCount(PathIn(dataFolder)) > MaxPathBytes ? $"The path {PathIn(dataFolder)} is longer than the {MaxPathBytes} bytes that a Unix socket's may have."
        : null;
}
