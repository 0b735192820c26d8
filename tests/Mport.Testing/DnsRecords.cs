using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mport.Testing;

/// <summary>A DNS server on a UDP port of loopback that answers with the records that a test sets (RFC 1035); a name without any gets NXDOMAIN.</summary>
public sealed class DnsRecords : IAsyncDisposable
{
    private const ushort TypeA = 1;
    private const ushort TypeAlias = 5;
    private const ushort TypeText = 16;
    private const ushort TypeAaaa = 28;
    private const int HeaderBytes = 12;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, ushort Type), List<byte[]>> _records = [];
    private readonly Task _serving;

    private DnsRecords()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint?)_socket.LocalEndPoint ?? throw new InvalidOperationException("The socket is not bound.");
        _serving = ServeAsync();
    }

    /// <summary>Where it answers.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Whether it answers SERVFAIL to everything.</summary>
    public bool IsBroken { get; set; }

    /// <summary>A server without records.</summary>
    public static DnsRecords Start() => new();

    /// <summary>Adds a TXT record.</summary>
    public void SetText(string name, string text) => Add(name, TypeText, [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);

    /// <summary>Adds an address.</summary>
    public void SetAddress(string name, IPAddress address) => Add(name, address.AddressFamily == AddressFamily.InterNetwork ? TypeA : TypeAaaa, address.GetAddressBytes());

    /// <summary>Makes a name an alias.</summary>
    public void SetAlias(string name, string target) => Add(name, TypeAlias, Encode(target));

    /// <summary>Takes all records of a name away.</summary>
    public void Remove(string name)
    {
        lock (_gate)
        {
            foreach (var key in _records.Keys.Where(key => key.Name == name).ToList())
            {
                _records.Remove(key);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private static byte[] Encode(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    private void Add(string name, ushort type, byte[] data)
    {
        lock (_gate)
        {
            if (!_records.TryGetValue((name, type), out var all))
            {
                _records.Add((name, type), all = []);
            }

            all.Add(data);
        }
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[1500];
        while (true)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                await _socket.SendToAsync(Answer(buffer.AsSpan(0, received.ReceivedBytes)), SocketFlags.None, received.RemoteEndPoint, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // Whoever asked is gone.
            }
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> query)
    {
        var (name, end) = ReadName(query);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query[end..]);
        var question = query[HeaderBytes..(end + 4)].ToArray();
        List<(ushort Type, byte[] Data)> answers;
        bool isKnown;
        lock (_gate)
        {
            isKnown = _records.Keys.Any(key => key.Name == name);
            answers = IsBroken ? [] : [.. _records.Where(pair => pair.Key.Name == name && (pair.Key.Type == type || pair.Key.Type == TypeAlias)).SelectMany(pair => pair.Value.Select(data => (pair.Key.Type, data)))];
        }

        var code = IsBroken ? 2 : isKnown ? 0 : 3;
        List<byte> answer = [query[0], query[1], 0x85, (byte)(0x80 | code), 0, 1, 0, (byte)answers.Count, 0, 0, 0, 0, .. question];
        foreach (var (kind, data) in answers)
        {
            answer.AddRange([0xc0, HeaderBytes, (byte)(kind >> 8), (byte)kind, 0, 1, 0, 0, 0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. data]);
        }

        return [.. answer];
    }

    private static (string Name, int End) ReadName(ReadOnlySpan<byte> query)
    {
        var labels = new List<string>();
        var at = HeaderBytes;
        while (query[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(at + 1, query[at])));
            at += query[at] + 1;
        }

        return (string.Join('.', labels).ToLowerInvariant(), at + 1);
    }
}
