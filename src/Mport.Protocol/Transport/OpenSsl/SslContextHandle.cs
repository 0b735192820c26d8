using Microsoft.Win32.SafeHandles;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>Owns OpenSSL's SSL_CTX: what connections have in common.</summary>
internal sealed class SslContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }
}
