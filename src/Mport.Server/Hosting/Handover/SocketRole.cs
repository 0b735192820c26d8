using System.Text.Json.Serialization;

namespace Mport.Server.Hosting.Handover;

/// <summary>What a descriptor is for that one edge hands to the next.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SocketRole>))]
internal enum SocketRole
{
    /// <summary>Not a socket but the open lock file: the lock is held as long as either process has it open.</summary>
    [JsonStringEnumMemberName("lock")]
    Lock,

    /// <summary>The socket at which the next takeover asks.</summary>
    [JsonStringEnumMemberName("control")]
    Control,

    /// <summary>The HTTP port.</summary>
    [JsonStringEnumMemberName("http")]
    Http,

    /// <summary>The port for clients and HTTPS.</summary>
    [JsonStringEnumMemberName("tls")]
    Tls,

    /// <summary>The public port of a TCP tunnel.</summary>
    [JsonStringEnumMemberName("tcp")]
    Tcp,

    /// <summary>The public port of a UDP tunnel.</summary>
    [JsonStringEnumMemberName("udp")]
    Udp,
}
