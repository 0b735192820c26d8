namespace Mport.Protocol.Transport.Records;

/// <summary>What a TLS record carries (RFC 8446, 5.1).</summary>
internal enum TlsContentType : byte
{
    Invalid = 0,
    ChangeCipherSpec = 20,
    Alert = 21,
    Handshake = 22,
    ApplicationData = 23,
}
