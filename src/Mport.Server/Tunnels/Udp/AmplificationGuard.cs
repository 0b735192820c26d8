using System.Runtime.InteropServices;

namespace Mport.Server.Tunnels.Udp;

/// <summary>
/// Keeps a tunnel from being used to flood somebody whose address a sender has forged: until a visitor has sent again after an answer, it gets a few
/// times the bytes that it sent, and no more (SEC-49). Pure; not thread-safe.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct AmplificationGuard
{
    /// <summary>
    /// What a visitor gets in any case: the answer of a DNS server that follows the common limit for UDP (1,232 bytes, DNS flag day 2020) to a query of
    /// 40 bytes. Larger answers of DNS come over TCP by themselves.
    /// </summary>
    public const int FloorBytes = 1232;

    private long _received;
    private long _sent;
    private bool _answered;
    private bool _verified;

    /// <summary>The visitor is where it says: there is nothing to guard against.</summary>
    public void Verify() => _verified = true;

    /// <summary>The visitor has sent a datagram.</summary>
    public void Received(int bytes)
    {
        _received += bytes;
        _verified |= _answered;
    }

    /// <summary>Whether an answer may go to the visitor, which is then counted.</summary>
    public bool TrySend(int bytes, int factor)
    {
        if (_verified || factor == 0)
        {
            return true;
        }

        if (_sent + bytes > Math.Max(FloorBytes, _received * factor))
        {
            return false;
        }

        _sent += bytes;
        _answered = true;
        return true;
    }
}
