using System.Runtime.InteropServices;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>The functions of OpenSSL 3's libcrypto that a handshake and the records after it need. Names, arguments and constants are OpenSSL's own.</summary>
internal static unsafe partial class LibCrypto
{
    public const string Name = "libcrypto.so.3";

    public const int BioCtrlPending = 10;
    public const int CipherCtrlGetTag = 0x10;
    public const int CipherCtrlSetTag = 0x11;
    public const int VerifyRejected = 50;

    [LibraryImport(Name)]
    public static partial CULong OpenSSL_version_num();

    [LibraryImport(Name)]
    public static partial void ERR_clear_error();

    [LibraryImport(Name)]
    public static partial CULong ERR_get_error();

    [LibraryImport(Name)]
    public static partial nint ERR_reason_error_string(CULong error);

    [LibraryImport(Name)]
    public static partial nint BIO_s_mem();

    [LibraryImport(Name)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Name)]
    public static partial int BIO_free(nint bio);

    [LibraryImport(Name)]
    public static partial int BIO_read(nint bio, byte* data, int length);

    [LibraryImport(Name)]
    public static partial int BIO_write(nint bio, byte* data, int length);

    [LibraryImport(Name)]
    public static partial CLong BIO_ctrl(nint bio, int command, CLong number, nint pointer);

    [LibraryImport(Name)]
    public static partial nint d2i_X509(nint reuse, byte** data, CLong length);

    [LibraryImport(Name)]
    public static partial int i2d_X509(nint certificate, byte** data);

    [LibraryImport(Name)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Name)]
    public static partial nint d2i_AutoPrivateKey(nint reuse, byte** data, CLong length);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get_ex_data(nint store, int place);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get0_cert(nint store);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get0_untrusted(nint store);

    [LibraryImport(Name)]
    public static partial void X509_STORE_CTX_set_error(nint store, int error);

    [LibraryImport(Name)]
    public static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Name)]
    public static partial nint OPENSSL_sk_value(nint stack, int index);

    [LibraryImport(Name)]
    public static partial nint EVP_aes_128_gcm();

    [LibraryImport(Name)]
    public static partial nint EVP_aes_256_gcm();

    [LibraryImport(Name)]
    public static partial nint EVP_chacha20_poly1305();

    [LibraryImport(Name)]
    public static partial CipherContextHandle EVP_CIPHER_CTX_new();

    [LibraryImport(Name)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    [LibraryImport(Name)]
    public static partial int EVP_CipherUpdate(nint context, byte* output, int* written, byte* input, int length);

    [LibraryImport(Name)]
    public static partial int EVP_CipherFinal_ex(nint context, byte* output, int* written);

    [LibraryImport(Name)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int number, byte* pointer);
}
