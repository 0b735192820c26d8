using System.Runtime.InteropServices;

namespace Mport.Cli.Panel;

/// <summary>
/// The real terminal. .NET's console does not tell whether the process is in the foreground, and echoes keys that nobody reads into the panel;
/// so those come from libc, and do nothing elsewhere.
/// </summary>
internal sealed class SystemTerminal : ITerminal
{
    // Where a console reports no size.
    private const int FallbackWidth = 80;
    private const int FallbackHeight = 24;

    private const int StandardOutput = 1;
    private const int Now = 0;
    private const uint EchoBit = 8;
    private const int SigStopOnLinux = 19;
    private const int SigStopOnMac = 17;

    // struct termios has 60 bytes on Linux and 72 on macOS; its fourth field, c_lflag, follows three of 4 or 8 bytes.
    private const int TermiosBytes = 256;
    private const int LocalFlagsOnLinux = 12;
    private const int LocalFlagsOnMac = 24;

    private SystemTerminal()
    {
    }

    public (int Width, int Height) Size
    {
        get
        {
            try
            {
                return (Console.WindowWidth is > 0 and var width ? width : FallbackWidth, Console.WindowHeight is > 0 and var height ? height : FallbackHeight);
            }
            catch (Exception noSize) when (noSize is IOException or PlatformNotSupportedException)
            {
                return (FallbackWidth, FallbackHeight);
            }
        }
    }

    public bool InForeground => !IsUnix || (tcgetpgrp(StandardOutput) is var owner && (owner < 0 || owner == getpgrp()));

    private static bool IsUnix => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>The terminal, if standard output is one that can show a panel and is this process's own.</summary>
    public static SystemTerminal? Find()
    {
        var terminal = new SystemTerminal();
        return !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb" && terminal.InForeground ? terminal : null;
    }

    public IDisposable SilenceKeys()
    {
        var before = new byte[TermiosBytes];
        if (!IsUnix || !InForeground || tcgetattr(StandardOutput, before) != 0)
        {
            return new Restoration(this, null);
        }

        var silent = before.ToArray();
        var flags = silent.AsSpan(OperatingSystem.IsLinux() ? LocalFlagsOnLinux : LocalFlagsOnMac, sizeof(uint));
        BitConverter.TryWriteBytes(flags, BitConverter.ToUInt32(flags) & ~EchoBit);
        return new Restoration(this, tcsetattr(StandardOutput, Now, silent) == 0 ? before : null);
    }

    public void Suspend()
    {
        if (IsUnix)
        {
            _ = kill(Environment.ProcessId, OperatingSystem.IsLinux() ? SigStopOnLinux : SigStopOnMac);
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcgetpgrp(int descriptor);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int getpgrp();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcgetattr(int descriptor, byte[] termios);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int tcsetattr(int descriptor, int when, byte[] termios);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);

    private sealed class Restoration(SystemTerminal terminal, byte[]? before) : IDisposable
    {
        public void Dispose()
        {
            if (before is not null && terminal.InForeground)
            {
                _ = tcsetattr(StandardOutput, Now, before);
            }
        }
    }
}
