using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>What OpenSSL calls during a handshake. The handshake that it is about stands, as a GCHandle, in the SSL object's place for the application.</summary>
internal static unsafe class HandshakeCallbacks
{
    /// <summary>The edge chooses the protocol: ours, or none at all.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SelectProtocol(nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint offeredLength, nint argument)
    {
        for (var left = new ReadOnlySpan<byte>(offered, (int)offeredLength); left.Length > 0 && left[0] < left.Length; left = left[(1 + left[0])..])
        {
            if (left.Slice(1, left[0]).SequenceEqual(CarrierTls.Alpn.Protocol.Span))
            {
                // A pointer into what the client offered, which OpenSSL keeps for as long as it needs it.
                *chosen = offered + (offeredLength - (uint)left.Length) + 1;
                *chosenLength = left[0];
                return LibSsl.ExtensionOk;
            }
        }

        return LibSsl.ExtensionAlertFatal;
    }

    /// <summary>The client judges the edge's certificate.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Verify(nint store, nint argument)
    {
        var ssl = LibCrypto.X509_STORE_CTX_get_ex_data(store, LibSsl.SSL_get_ex_data_X509_STORE_CTX_idx());
        if (StateOf(ssl) is { } state && state.Accepts(Certificates(store)))
        {
            return 1;
        }

        LibCrypto.X509_STORE_CTX_set_error(store, LibCrypto.VerifyRejected);
        return 0;
    }

    /// <summary>The secrets of the connection, in the format of key log files. They go nowhere but into the state.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void NoteSecret(nint ssl, byte* line) =>
        StateOf(ssl)?.Note(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line));

    private static HandshakeState? StateOf(nint ssl) =>
        LibSsl.SSL_get_ex_data(ssl, LibSsl.ApplicationData) is not 0 and var handle ? GCHandle.FromIntPtr(handle).Target as HandshakeState : null;

    private static List<byte[]> Certificates(nint store)
    {
        var certificates = new List<byte[]>();
        var own = LibCrypto.X509_STORE_CTX_get0_cert(store);
        if (own == 0)
        {
            return certificates;
        }

        certificates.Add(Encode(own));
        var others = LibCrypto.X509_STORE_CTX_get0_untrusted(store);
        for (var i = 0; i < LibCrypto.OPENSSL_sk_num(others); i++)
        {
            if (LibCrypto.OPENSSL_sk_value(others, i) is var other && other != own)
            {
                certificates.Add(Encode(other));
            }
        }

        return certificates;
    }

    private static byte[] Encode(nint certificate)
    {
        var der = new byte[Math.Max(0, LibCrypto.i2d_X509(certificate, null))];
        fixed (byte* bytes = der)
        {
            var next = bytes;
            return LibCrypto.i2d_X509(certificate, &next) == der.Length ? der : [];
        }
    }
}
