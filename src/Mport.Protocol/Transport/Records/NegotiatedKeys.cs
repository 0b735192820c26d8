namespace Mport.Protocol.Transport.Records;

/// <summary>What a handshake leaves behind.</summary>
/// <param name="Suite">The cipher suite.</param>
/// <param name="ApplicationProtocol">The protocol (ALPN), or null when the peer named none.</param>
/// <param name="ClientSecret">client_application_traffic_secret_0.</param>
/// <param name="EdgeSecret">server_application_traffic_secret_0.</param>
internal sealed record NegotiatedKeys(CipherSuite Suite, string? ApplicationProtocol, byte[] ClientSecret, byte[] EdgeSecret);
