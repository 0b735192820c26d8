using System.Security.Authentication;
using Mport.Protocol.Transport.Records;

namespace Mport.Protocol.Transport.OpenSsl;

/// <summary>What one handshake learns from OpenSSL's callbacks. They run inside its calls, so on one thread at a time.</summary>
/// <param name="client">The client's settings; null at the edge.</param>
internal sealed class HandshakeState(ClientTlsOptions? client)
{
    private byte[]? _clientSecret;
    private byte[]? _edgeSecret;
    private bool _accepted;

    /// <summary>What our own judgement of the certificate threw, if it did.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>The edge's certificate was looked at, and not accepted.</summary>
    public bool CertificateRefused { get; private set; }

    /// <summary>Whether the edge's certificates are accepted. Never throws.</summary>
    /// <param name="certificates">Its own, then those of the authorities that it sent along.</param>
    public bool Accepts(IReadOnlyList<byte[]> certificates)
    {
        try
        {
            _accepted = client is not null && CertificateJudgement.Accepts(client, certificates);
        }
        catch (Exception fault)
        {
            // It must not cross OpenSSL's frames; the handshake throws it when it is back.
            Fault = fault;
            _accepted = false;
        }

        CertificateRefused = !_accepted;
        return _accepted;
    }

    /// <summary>Notes a secret that is needed after the handshake.</summary>
    public void Note(ReadOnlySpan<byte> line)
    {
        if (KeyLogLine.TryRead(line, "CLIENT_TRAFFIC_SECRET_0"u8, out var secret))
        {
            _clientSecret = secret;
        }
        else if (KeyLogLine.TryRead(line, "SERVER_TRAFFIC_SECRET_0"u8, out secret))
        {
            _edgeSecret = secret;
        }
    }

    /// <summary>What the handshake has agreed on. To a client only once it has accepted a certificate, whatever OpenSSL thinks of the handshake (SEC-27).</summary>
    /// <exception cref="AuthenticationException">It is not what a carrier needs.</exception>
    public NegotiatedKeys Keys(int suite, string? protocol)
    {
        if (client is not null && !_accepted)
        {
            throw new AuthenticationException("The TLS handshake ended without a certificate of the edge.");
        }

        return Records.CipherSuite.Find(suite) is { } known && _clientSecret is { } clients && _edgeSecret is { } edges
            ? new NegotiatedKeys(known, protocol, clients, edges)
            : throw new AuthenticationException("The TLS handshake ended without keys that a carrier can use.");
    }
}
