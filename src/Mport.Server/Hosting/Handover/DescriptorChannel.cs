using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mport.Server.Hosting.Handover;

/// <summary>
/// Bytes and open descriptors over a connected Unix socket. Everything is read here: bytes that are read in another way lose the descriptors that
/// come with them. One sender and one receiver at a time.
/// </summary>
internal sealed class DescriptorChannel(Socket socket) : IDisposable
{
    private const int ReceivedAtOnce = 16 * 1024;

    /// <summary>Sends bytes, and with the first of them the descriptors: at most <see cref="LibC.MaxDescriptors"/>, which stay open here as well.</summary>
    /// <exception cref="SocketException">The peer is gone.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Count, LibC.MaxDescriptors, nameof(descriptors));
        if (descriptors.Count > 0)
        {
            // The socket's buffer is empty: this is the first byte of a message, and the peer has answered the last one.
            SendFirst(bytes.Span[..1], descriptors);
            bytes = bytes[1..];
        }

        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    /// <summary>Receives exactly so many bytes, and adds the descriptors that come with them to a list.</summary>
    /// <exception cref="EndOfStreamException">The peer closed the connection.</exception>
    /// <exception cref="SocketException">The connection broke, or this process may not have so many descriptors.</exception>
    public async Task ReceiveAsync(Memory<byte> bytes, List<SafeFileHandle> descriptors, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            // Completes when there is something to read.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
            bytes = bytes[Receive(bytes.Span[..Math.Min(bytes.Length, ReceivedAtOnce)], descriptors)..];
        }
    }

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    private unsafe void SendFirst(ReadOnlySpan<byte> first, IReadOnlyList<SafeHandle> descriptors)
    {
        var control = stackalloc byte[ControlLength(descriptors.Count)];
        var header = (LibC.ControlHeader*)control;
        *header = new LibC.ControlHeader
        {
            Length = (nuint)(sizeof(LibC.ControlHeader) + (descriptors.Count * sizeof(int))),
            Level = LibC.SocketLevel,
            Type = LibC.Rights,
        };
        var held = 0;
        try
        {
            var numbers = new Span<int>(header + 1, descriptors.Count);
            for (; held < descriptors.Count; held++)
            {
                var added = false;
                descriptors[held].DangerousAddRef(ref added);
                numbers[held] = (int)descriptors[held].DangerousGetHandle();
            }

            fixed (byte* pointer = first)
            {
                var piece = new LibC.Piece { Bytes = pointer, Length = (nuint)first.Length };
                var message = new LibC.MessageHeader { Pieces = &piece, PieceCount = 1, Control = control, ControlLength = (nuint)ControlLength(descriptors.Count) };
                while (LibC.SendMessage(socket.SafeHandle, &message, LibC.NoSignal) < 0)
                {
                    ThrowUnlessInterrupted(mayWait: false);
                }
            }
        }
        finally
        {
            while (held > 0)
            {
                descriptors[--held].DangerousRelease();
            }
        }
    }

    // 0 where the kernel had nothing after all.
    private unsafe int Receive(Span<byte> bytes, List<SafeFileHandle> descriptors)
    {
        var length = ControlLength(LibC.MaxDescriptors);
        var control = stackalloc byte[length];
        fixed (byte* pointer = bytes)
        {
            var piece = new LibC.Piece { Bytes = pointer, Length = (nuint)bytes.Length };
            var message = new LibC.MessageHeader { Pieces = &piece, PieceCount = 1, Control = control, ControlLength = (nuint)length };
            nint count;
            while ((count = LibC.ReceiveMessage(socket.SafeHandle, &message, LibC.DontWait | LibC.CloseOnExec)) < 0)
            {
                if (ThrowUnlessInterrupted(mayWait: true))
                {
                    return 0;
                }
            }

            Collect((LibC.ControlHeader*)control, message.ControlLength, descriptors);
            if ((message.Flags & LibC.ControlTruncated) != 0)
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets, "Not all descriptors came: this process may not open so many files (ulimit -n).");
            }

            return count > 0 ? (int)count : throw new EndOfStreamException("The other process closed the connection.");
        }
    }

    private static unsafe void Collect(LibC.ControlHeader* header, nuint length, List<SafeFileHandle> descriptors)
    {
        if (length < (nuint)sizeof(LibC.ControlHeader) || header->Level != LibC.SocketLevel || header->Type != LibC.Rights)
        {
            return;
        }

        var count = (int)(Math.Min(header->Length, length) - (nuint)sizeof(LibC.ControlHeader)) / sizeof(int);
        foreach (var number in new ReadOnlySpan<int>(header + 1, count))
        {
            descriptors.Add(new SafeFileHandle(number, ownsHandle: true));
        }
    }

    private static bool ThrowUnlessInterrupted(bool mayWait) => Marshal.GetLastPInvokeError() switch
    {
        LibC.Interrupted => false,
        LibC.TryAgain when mayWait => true,
        var error => throw new SocketException(error, $"The descriptors could not be passed on: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    // CMSG_SPACE: header and data, rounded up to a machine word.
    private static unsafe int ControlLength(int descriptors)
    {
        var length = sizeof(LibC.ControlHeader) + (descriptors * sizeof(int));
        return (length + sizeof(nuint) - 1) / sizeof(nuint) * sizeof(nuint);
    }
}
