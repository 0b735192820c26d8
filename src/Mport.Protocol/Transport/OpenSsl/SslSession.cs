using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Text;
using Mport.Protocol.Transport.Records;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>Where a handshake stands.</summary>
internal enum HandshakeStep
{
    /// <summary>It needs more from the other side.</summary>
    NeedsInput,

    /// <summary>It is over, and the keys are there.</summary>
    Done,

    /// <summary>It is over, and <see cref="SslSession.Failure"/> says why.</summary>
    Failed,
}

/// <summary>One handshake's objects of OpenSSL. Not thread-safe; nobody but the handshake's task has it.</summary>
internal sealed unsafe class SslSession : IDisposable
{
    private readonly SslHandle _ssl;
    private readonly nint _input;
    private readonly nint _output;
    private readonly HandshakeState _state;
    private readonly GCHandle _stateHandle;
    private string _error = "";

    private SslSession(OpenSslContext context, HandshakeState state)
    {
        _state = state;
        LibCrypto.ERR_clear_error();
        _ssl = LibSsl.SSL_new(context.Handle);
        OpenSslLibrary.Check(!_ssl.IsInvalid, "begin a handshake");
        _input = LibCrypto.BIO_new(LibCrypto.BIO_s_mem());
        _output = LibCrypto.BIO_new(LibCrypto.BIO_s_mem());

        // Owned by the SSL object from here on.
        LibSsl.SSL_set_bio(_ssl, _input, _output);
        _stateHandle = GCHandle.Alloc(state);
        LibSsl.SSL_set_ex_data(_ssl, LibSsl.ApplicationData, GCHandle.ToIntPtr(_stateHandle));
    }

    /// <summary>A handshake of the client.</summary>
    public static SslSession ForClient(ClientTlsOptions options)
    {
        var session = new SslSession(OpenSslContext.ForClient, new HandshakeState(options));
        try
        {
            LibSsl.SSL_set_connect_state(session._ssl);
            session.Offer(CarrierTls.Alpn.Protocol.Span);

            // An address is no name to ask for (RFC 6066, 3).
            if (!IPAddress.TryParse(options.Host, out _))
            {
                session.AskFor(Ascii.IsValid(options.Host) ? options.Host : new IdnMapping().GetAscii(options.Host));
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A handshake of the edge.</summary>
    public static SslSession ForEdge(OpenSslContext context)
    {
        var session = new SslSession(context, new HandshakeState(client: null));
        LibSsl.SSL_set_accept_state(session._ssl);
        return session;
    }

    /// <summary>Goes on as far as the input reaches.</summary>
    public HandshakeStep Step()
    {
        LibCrypto.ERR_clear_error();
        var result = LibSsl.SSL_do_handshake(_ssl);
        if (result == 1)
        {
            return HandshakeStep.Done;
        }

        if (LibSsl.SSL_get_error(_ssl, result) is LibSsl.ErrorWantRead)
        {
            return HandshakeStep.NeedsInput;
        }

        _error = OpenSslLibrary.TakeError();
        return HandshakeStep.Failed;
    }

    /// <summary>Takes bytes for the other side; 0 when there are none.</summary>
    public int TakeOutput(Span<byte> destination) => Take(_output, destination);

    /// <summary>Gives it bytes of the other side.</summary>
    public void Give(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* data = bytes)
        {
            OpenSslLibrary.Check(LibCrypto.BIO_write(_input, data, bytes.Length) == bytes.Length, "take input");
        }
    }

    /// <summary>Takes what of the input was not part of the handshake.</summary>
    public byte[] TakeUnread()
    {
        var unread = new byte[(int)LibCrypto.BIO_ctrl(_input, LibCrypto.BioCtrlPending, new CLong(0), 0).Value];
        return Take(_input, unread) == unread.Length ? unread : throw new AuthenticationException("The TLS handshake lost bytes that came after it.");
    }

    /// <summary>What a handshake that is done has agreed on.</summary>
    /// <exception cref="AuthenticationException">It is not what a carrier needs.</exception>
    public NegotiatedKeys Keys()
    {
        // OpenSSL reads record by record, so nothing of what follows can be with it already.
        if (LibSsl.SSL_version(_ssl) != LibSsl.Tls13 || LibSsl.SSL_has_pending(_ssl) != 0)
        {
            throw new AuthenticationException("The TLS handshake did not end as a carrier's does.");
        }

        byte* protocol;
        uint length;
        LibSsl.SSL_get0_alpn_selected(_ssl, &protocol, &length);
        return _state.Keys(
            LibSsl.SSL_CIPHER_get_protocol_id(LibSsl.SSL_get_current_cipher(_ssl)), length == 0 ? null : Encoding.ASCII.GetString(protocol, (int)length));
    }

    /// <summary>Why it failed.</summary>
    public Exception Failure() => _state switch
    {
        { Fault: { } fault } => new AuthenticationException($"The edge's certificate could not be judged: {fault.Message}", fault),
        { CertificateRefused: true } => new AuthenticationException("The edge's certificate was not accepted."),
        _ => new AuthenticationException($"The TLS handshake failed: {_error}."),
    };

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_ssl.IsClosed)
        {
            LibSsl.SSL_set_ex_data(_ssl, LibSsl.ApplicationData, 0);
            _ssl.Dispose();
            _stateHandle.Free();
        }
    }

    private static int Take(nint bio, Span<byte> destination)
    {
        fixed (byte* data = destination)
        {
            return destination.IsEmpty ? 0 : Math.Max(0, LibCrypto.BIO_read(bio, data, destination.Length));
        }
    }

    private void Offer(ReadOnlySpan<byte> protocol)
    {
        ReadOnlySpan<byte> list = [(byte)protocol.Length, .. protocol];
        fixed (byte* bytes = list)
        {
            // This one gives 0 for success.
            OpenSslLibrary.Check(LibSsl.SSL_set_alpn_protos(_ssl, bytes, (uint)list.Length) == 0, "offer our protocol");
        }
    }

    private void AskFor(string host)
    {
        var name = Encoding.ASCII.GetBytes(host + '\0');
        fixed (byte* bytes = name)
        {
            OpenSslLibrary.Check(LibSsl.SSL_ctrl(_ssl, LibSsl.CtrlSetHostName, new CLong(0), bytes).Value == 1, $"ask for the name {host}");
        }
    }
}
