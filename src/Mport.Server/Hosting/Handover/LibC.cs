using System.Runtime.InteropServices;

namespace Mport.Server.Hosting.Handover;

/// <summary>The calls of Linux's C library that pass descriptors to another process, which .NET does not offer.</summary>
internal static partial class LibC
{
    /// <summary>The kernel passes so many descriptors with one message (SCM_MAX_FD).</summary>
    public const int MaxDescriptors = 253;

    public const int SocketLevel = 1;
    public const int Rights = 1;
    public const int PeerCredentials = 17;
    public const int ControlTruncated = 0x8;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int CloseOnExec = 0x40000000;
    public const int Interrupted = 4;
    public const int TryAgain = 11;

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static unsafe partial nint SendMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static unsafe partial nint ReceiveMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint EffectiveUser();

    /// <summary><c>struct msghdr</c>. Musl's narrower lengths have their padding where these have zeros.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint PieceCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct Piece
    {
        public byte* Bytes;
        public nuint Length;
    }

    /// <summary><c>struct cmsghdr</c>; its data follow.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }
}
