using System.Net.Sockets;
using Mport.Protocol.Streams;

namespace Mport.Client.Streams;

/// <summary>How connecting to a target went.</summary>
/// <param name="Socket">The connected socket, or null.</param>
/// <param name="Answer">What the edge is told.</param>
internal readonly record struct TargetDial(Socket? Socket, StreamAnswer Answer);
