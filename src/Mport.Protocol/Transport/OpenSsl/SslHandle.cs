using Microsoft.Win32.SafeHandles;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>Owns OpenSSL's SSL: one handshake, with its two memory BIOs.</summary>
internal sealed class SslHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_free(handle);
        return true;
    }
}
