using System.Runtime.InteropServices;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>Whether OpenSSL 3 is here, and what its errors mean.</summary>
internal static class OpenSslLibrary
{
    /// <summary>True on a Linux with libssl.so.3 and libcrypto.so.3. They are looked for once.</summary>
    public static bool IsPresent { get; } =
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad(LibSsl.Name, out _)
        && NativeLibrary.TryLoad(LibCrypto.Name, out _)
        && LibCrypto.OpenSSL_version_num().Value >> 28 == 3;

    /// <summary>The reason of the first error that OpenSSL has noted on this thread, in its own few words; forgets all of them.</summary>
    public static string TakeError()
    {
        var error = LibCrypto.ERR_get_error();
        var reason = error.Value == 0 ? null : Marshal.PtrToStringUTF8(LibCrypto.ERR_reason_error_string(error));
        LibCrypto.ERR_clear_error();
        return reason ?? "no reason given";
    }

    /// <summary>Throws when OpenSSL says that something which cannot fail has failed: it is out of memory, or set up in a way that forbids it.</summary>
    public static void Check(bool done, string what)
    {
        if (!done)
        {
            throw new IOException($"OpenSSL could not {what}: {TakeError()}. MPORT_TLS=dotnet makes Mport use .NET's own TLS instead.");
        }
    }
}
