using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mport.Protocol.Transport.Records;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>What all handshakes of a side have in common: versions, suites, callbacks, and the edge's certificate. Never changed once made.</summary>
internal sealed class OpenSslContext
{
    private static readonly Lazy<OpenSslContext> Clients = new(MakeClients);

    private OpenSslContext(SslContextHandle handle) => Handle = handle;

    /// <summary>The client's side, one for the process.</summary>
    public static OpenSslContext ForClient => Clients.Value;

    /// <summary>OpenSSL's own object.</summary>
    public SslContextHandle Handle { get; }

    /// <summary>The edge's side, or null when the certificate's key cannot be had or OpenSSL does not take it.</summary>
    public static unsafe OpenSslContext? ForEdge(SslStreamCertificateContext certificate)
    {
        if (!OpenSslLibrary.IsPresent || ExportKey(certificate.TargetCertificate) is not { } key)
        {
            return null;
        }

        var handle = Make(LibSsl.TLS_server_method());
        LibSsl.SSL_CTX_set_options(handle, LibSsl.OptionServerPreference | LibSsl.OptionNoTicket);
        LibSsl.SSL_CTX_set_alpn_select_cb(handle, &HandshakeCallbacks.SelectProtocol, 0);
        OpenSslLibrary.Check(LibSsl.SSL_CTX_set_num_tickets(handle, 0) == 1, "turn tickets off");
        var taken = UseCertificate(handle, certificate.TargetCertificate) && UseKey(handle, key) && LibSsl.SSL_CTX_check_private_key(handle) == 1;
        foreach (var intermediate in certificate.IntermediateCertificates)
        {
            taken = taken && AddToChain(handle, intermediate);
        }

        if (!taken)
        {
            LibCrypto.ERR_clear_error();
            handle.Dispose();
            return null;
        }

        return new OpenSslContext(handle);
    }

    private static unsafe OpenSslContext MakeClients()
    {
        var handle = Make(LibSsl.TLS_client_method());
        LibSsl.SSL_CTX_set_verify(handle, LibSsl.VerifyPeer, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(handle, &HandshakeCallbacks.Verify, 0);
        return new OpenSslContext(handle);
    }

    private static unsafe SslContextHandle Make(nint method)
    {
        var handle = LibSsl.SSL_CTX_new(method);
        OpenSslLibrary.Check(!handle.IsInvalid, "be set up");
        OpenSslLibrary.Check(
            LibSsl.SSL_CTX_ctrl(handle, LibSsl.CtrlSetMinVersion, new CLong(LibSsl.Tls13), 0).Value == 1
            && LibSsl.SSL_CTX_ctrl(handle, LibSsl.CtrlSetMaxVersion, new CLong(LibSsl.Tls13), 0).Value == 1
            && LibSsl.SSL_CTX_set_ciphersuites(handle, CipherSuite.Names) == 1,
            "be limited to TLS 1.3 and our cipher suites");
        LibSsl.SSL_CTX_ctrl(handle, LibSsl.CtrlSetSessionCacheMode, new CLong(0), 0);
        LibSsl.SSL_CTX_set_keylog_callback(handle, &HandshakeCallbacks.NoteSecret);
        return handle;
    }

    private static byte[]? ExportKey(X509Certificate2 certificate)
    {
        try
        {
            using AsymmetricAlgorithm? key = certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey();
            return key?.ExportPkcs8PrivateKey();
        }
        catch (CryptographicException)
        {
            // The key stays where it is, in a token or a store that does not give it away.
            return null;
        }
    }

    private static unsafe bool UseKey(SslContextHandle handle, byte[] pkcs8)
    {
        fixed (byte* bytes = pkcs8)
        {
            var next = bytes;
            var key = LibCrypto.d2i_AutoPrivateKey(0, &next, new CLong(pkcs8.Length));
            CryptographicOperations.ZeroMemory(pkcs8);
            try
            {
                return key != 0 && LibSsl.SSL_CTX_use_PrivateKey(handle, key) == 1;
            }
            finally
            {
                LibCrypto.EVP_PKEY_free(key);
            }
        }
    }

    private static bool UseCertificate(SslContextHandle handle, X509Certificate2 certificate) =>
        WithNative(certificate, native => LibSsl.SSL_CTX_use_certificate(handle, native) == 1);

    // 1: OpenSSL takes a reference of its own.
    private static bool AddToChain(SslContextHandle handle, X509Certificate2 certificate) =>
        WithNative(certificate, native => LibSsl.SSL_CTX_ctrl(handle, LibSsl.CtrlAddChainCertificate, new CLong(1), native).Value == 1);

    private static unsafe bool WithNative(X509Certificate2 certificate, Func<nint, bool> use)
    {
        var der = certificate.RawData;
        fixed (byte* bytes = der)
        {
            var next = bytes;
            var native = LibCrypto.d2i_X509(0, &next, new CLong(der.Length));
            try
            {
                return native != 0 && use(native);
            }
            finally
            {
                LibCrypto.X509_free(native);
            }
        }
    }
}
