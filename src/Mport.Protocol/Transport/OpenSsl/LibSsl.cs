using System.Runtime.InteropServices;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>The few functions of OpenSSL 3's libssl that a handshake needs. Names, arguments and constants are OpenSSL's own.</summary>
internal static unsafe partial class LibSsl
{
    public const string Name = "libssl.so.3";

    public const int ErrorNone = 0;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;

    public const int CtrlSetSessionCacheMode = 44;
    public const int CtrlSetHostName = 55;
    public const int CtrlAddChainCertificate = 89;
    public const int CtrlSetMinVersion = 123;
    public const int CtrlSetMaxVersion = 124;

    public const int Tls13 = 0x0304;

    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionServerPreference = 1UL << 22;

    public const int VerifyNone = 0;
    public const int VerifyPeer = 1;

    public const int ExtensionOk = 0;
    public const int ExtensionAlertFatal = 2;

    /// <summary>The place in an SSL object that belongs to the application (SSL_get_app_data).</summary>
    public const int ApplicationData = 0;

    [LibraryImport(Name)]
    public static partial nint TLS_server_method();

    [LibraryImport(Name)]
    public static partial nint TLS_client_method();

    [LibraryImport(Name)]
    public static partial SslContextHandle SSL_CTX_new(nint method);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial CLong SSL_CTX_ctrl(SslContextHandle context, int command, CLong number, nint pointer);

    [LibraryImport(Name)]
    public static partial ulong SSL_CTX_set_options(SslContextHandle context, ulong options);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_ciphersuites(SslContextHandle context, string suites);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set_num_tickets(SslContextHandle context, nuint count);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_keylog_callback(SslContextHandle context, delegate* unmanaged[Cdecl]<nint, byte*, void> callback);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_alpn_select_cb(
        SslContextHandle context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, nint, int> callback, nint argument);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_verify(SslContextHandle context, int mode, nint callback);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_cert_verify_callback(SslContextHandle context, delegate* unmanaged[Cdecl]<nint, nint, int> callback, nint argument);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_use_certificate(SslContextHandle context, nint certificate);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_use_PrivateKey(SslContextHandle context, nint key);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_check_private_key(SslContextHandle context);

    [LibraryImport(Name)]
    public static partial SslHandle SSL_new(SslContextHandle context);

    [LibraryImport(Name)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_bio(SslHandle ssl, nint readFrom, nint writeTo);

    [LibraryImport(Name)]
    public static partial void SSL_set_accept_state(SslHandle ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_connect_state(SslHandle ssl);

    [LibraryImport(Name)]
    public static partial CLong SSL_ctrl(SslHandle ssl, int command, CLong number, byte* pointer);

    [LibraryImport(Name)]
    public static partial int SSL_set_alpn_protos(SslHandle ssl, byte* protocols, uint length);

    [LibraryImport(Name)]
    public static partial int SSL_do_handshake(SslHandle ssl);

    [LibraryImport(Name)]
    public static partial int SSL_get_error(SslHandle ssl, int result);

    [LibraryImport(Name)]
    public static partial int SSL_has_pending(SslHandle ssl);

    [LibraryImport(Name)]
    public static partial int SSL_version(SslHandle ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get_current_cipher(SslHandle ssl);

    [LibraryImport(Name)]
    public static partial ushort SSL_CIPHER_get_protocol_id(nint cipher);

    [LibraryImport(Name)]
    public static partial void SSL_get0_alpn_selected(SslHandle ssl, byte** protocol, uint* length);

    [LibraryImport(Name)]
    public static partial int SSL_set_ex_data(SslHandle ssl, int place, nint value);

    [LibraryImport(Name)]
    public static partial nint SSL_get_ex_data(nint ssl, int place);

    [LibraryImport(Name)]
    public static partial int SSL_get_ex_data_X509_STORE_CTX_idx();
}
