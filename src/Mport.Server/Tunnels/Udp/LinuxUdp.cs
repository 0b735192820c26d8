using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mport.Server.Tunnels.Udp;

/// <summary>The Linux calls for many datagrams at once. The layouts are those of the C library on 64-bit and 32-bit little-endian machines.</summary>
internal static unsafe partial class LinuxUdp
{
    public const int IpProtoIp = 0;
    public const int IpProtoIpv6 = 41;
    public const int IpPacketInfo = 8;
    public const int Ipv6ReceivePacketInfo = 49;
    public const int Ipv6PacketInfo = 50;
    public const int FamilyV4 = 2;
    public const int FamilyV6 = 10;

    /// <summary>Room for one piece of ancillary data that tells a local address.</summary>
    public const int ControlBytes = 40;

    private const int DontWait = 0x40;
    private const int ErrorAgain = 11;
    private const int ErrorMessageSize = 90;
    private const int ErrorNoBuffers = 105;

    /// <summary>The bytes before the contents of a piece of ancillary data: a length as wide as a pointer, level, type.</summary>
    public static int ControlHeaderBytes => nint.Size + 8;

    /// <summary>Receives without waiting; less than 0 on an error or when nothing is there.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public static int Receive(SafeHandle socket, Message* messages, uint count) => ReceiveMany(socket, messages, count, DontWait, null);

    /// <summary>Sends without waiting; less than 0 when the first was not sent, and then <see cref="LastError"/> says why.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public static int Send(SafeHandle socket, Message* messages, uint count) => SendMany(socket, messages, count, DontWait);

    /// <summary>What the last call on this thread failed with.</summary>
    public static SocketError LastError() => Marshal.GetLastPInvokeError() switch
    {
        ErrorAgain => SocketError.WouldBlock,
        ErrorNoBuffers => SocketError.NoBufferSpaceAvailable,
        ErrorMessageSize => SocketError.MessageSize,
        _ => SocketError.HostUnreachable,
    };

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMany(SafeHandle socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMany(SafeHandle socket, Message* messages, uint count, int flags);

    /// <summary><c>struct mmsghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        public Header Header;
        public uint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Header
    {
        public byte* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Part
    {
        public byte* Start;
        public nuint Length;
    }
}
