using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mport.Server.Tunnels.Udp;

/// <summary>
/// A public UDP port by Linux's own calls: <c>recvmmsg</c> and <c>sendmmsg</c> for many datagrams at once, with the local address of each, so that an
/// answer leaves from the address that its visitor used on a machine that has several.
/// </summary>
internal sealed class LinuxUdpSocket : UdpSocket
{
    private readonly bool _isV6;
    private readonly bool _asksLocal;
    private readonly UInt128 _bound;

    /// <summary>Takes over a bound socket.</summary>
    public LinuxUdpSocket(Socket socket)
        : base(socket)
    {
        _isV6 = socket.AddressFamily == AddressFamily.InterNetworkV6;
        _bound = UdpAddress.BitsOf(Bound.Address);
        _asksLocal = Bound.Address.Equals(IPAddress.IPv6Any) || Bound.Address.Equals(IPAddress.Any);
        if (_asksLocal)
        {
            var (level, option) = _isV6 ? (LinuxUdp.IpProtoIpv6, LinuxUdp.Ipv6ReceivePacketInfo) : (LinuxUdp.IpProtoIp, LinuxUdp.IpPacketInfo);
            socket.SetRawSocketOption(level, option, BitConverter.GetBytes(1));
        }
    }

    public override unsafe int Receive(UdpReceiveBatch batch)
    {
        const int Control = 64;
        var messages = stackalloc LinuxUdp.Message[UdpReceiveBatch.Capacity];
        var parts = stackalloc LinuxUdp.Part[UdpReceiveBatch.Capacity];
        var names = stackalloc byte[UdpReceiveBatch.Capacity * UdpAddress.MaxBytes];
        var controls = stackalloc byte[UdpReceiveBatch.Capacity * Control];
        var memory = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(batch.Memory));
        for (var i = 0; i < UdpReceiveBatch.Capacity; i++)
        {
            parts[i] = new LinuxUdp.Part { Start = memory + (i * UdpReceiveBatch.SlotBytes), Length = UdpReceiveBatch.SlotBytes };
            messages[i].Header = new LinuxUdp.Header
            {
                Name = names + (i * UdpAddress.MaxBytes),
                NameLength = UdpAddress.MaxBytes,
                Parts = parts + i,
                PartCount = 1,
                Control = _asksLocal ? controls + (i * Control) : null,
                ControlLength = _asksLocal ? (nuint)Control : 0,
            };
        }

        var count = LinuxUdp.Receive(Socket.SafeHandle, messages, UdpReceiveBatch.Capacity);
        for (var i = 0; i < count; i++)
        {
            var source = UdpAddress.Read(new ReadOnlySpan<byte>(messages[i].Header.Name, UdpAddress.MaxBytes), Socket.AddressFamily);
            var local = _asksLocal ? ReadLocal(new ReadOnlySpan<byte>(messages[i].Header.Control, (int)messages[i].Header.ControlLength)) : _bound;
            batch.Set(i, (int)messages[i].Length, source, local);
        }

        // Nothing there, or an error that belongs to no datagram of ours.
        return Math.Max(count, 0);
    }

    public override unsafe int Send(UdpSendBatch batch, int from, out SocketError error)
    {
        var count = batch.Count - from;
        var messages = stackalloc LinuxUdp.Message[count];
        var parts = stackalloc LinuxUdp.Part[count];
        var names = stackalloc byte[count * UdpAddress.MaxBytes];
        var controls = stackalloc byte[count * LinuxUdp.ControlBytes];
        var memory = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(batch.Memory));
        for (var i = 0; i < count; i++)
        {
            ref readonly var entry = ref batch[from + i];
            var name = names + (i * UdpAddress.MaxBytes);
            *(ushort*)name = (ushort)(_isV6 ? LinuxUdp.FamilyV6 : LinuxUdp.FamilyV4);
            var control = controls + (i * LinuxUdp.ControlBytes);
            parts[i] = new LinuxUdp.Part { Start = memory + entry.Offset, Length = (nuint)entry.Length };
            messages[i].Header = new LinuxUdp.Header
            {
                Name = name,
                NameLength = (uint)entry.To.Write(new Span<byte>(name, UdpAddress.MaxBytes), Socket.AddressFamily),
                Parts = parts + i,
                PartCount = 1,
            };
            if (_asksLocal && entry.From != UInt128.Zero)
            {
                messages[i].Header.Control = control;
                messages[i].Header.ControlLength = (nuint)WriteLocal(new Span<byte>(control, LinuxUdp.ControlBytes), entry.From);
            }
        }

        var sent = LinuxUdp.Send(Socket.SafeHandle, messages, (uint)count);
        error = sent < 0 ? LinuxUdp.LastError() : SocketError.Success;
        return Math.Max(sent, 0);
    }

    private UInt128 ReadLocal(ReadOnlySpan<byte> control)
    {
        if (control.Length < LinuxUdp.ControlHeaderBytes)
        {
            return UInt128.Zero;
        }

        // struct cmsghdr: length (a pointer wide), level, type; then in_pktinfo (interface, local address, header's address) or in6_pktinfo (address, interface).
        var info = control[LinuxUdp.ControlHeaderBytes..];
        return _isV6
            ? info.Length < 16 ? UInt128.Zero : BinaryPrimitives.ReadUInt128BigEndian(info)
            : info.Length < 8 ? UInt128.Zero : UdpAddress.BitsOf(new IPAddress(info[4..8]));
    }

    private int WriteLocal(Span<byte> control, UInt128 local)
    {
        control.Clear();
        var infoBytes = _isV6 ? 20 : 12;
        MemoryMarshal.Write(control, (nuint)(LinuxUdp.ControlHeaderBytes + infoBytes));
        MemoryMarshal.Write(control[(LinuxUdp.ControlHeaderBytes - 8)..], _isV6 ? LinuxUdp.IpProtoIpv6 : LinuxUdp.IpProtoIp);
        MemoryMarshal.Write(control[(LinuxUdp.ControlHeaderBytes - 4)..], _isV6 ? LinuxUdp.Ipv6PacketInfo : LinuxUdp.IpPacketInfo);
        if (_isV6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(control[LinuxUdp.ControlHeaderBytes..], local);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(control[(LinuxUdp.ControlHeaderBytes + 4)..], (uint)local);
        }

        // The room that the system walks over is aligned to the width of a pointer.
        return (LinuxUdp.ControlHeaderBytes + infoBytes + nint.Size - 1) / nint.Size * nint.Size;
    }
}
