using Microsoft.Win32.SafeHandles;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>Owns OpenSSL's EVP_CIPHER_CTX: the key and state of one direction.</summary>
internal sealed class CipherContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_CIPHER_CTX_free(handle);
        return true;
    }
}
