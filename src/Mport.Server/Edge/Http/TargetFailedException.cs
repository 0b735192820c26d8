using Mport.Protocol.Streams;

namespace Mport.Server.Edge.Http;

/// <summary>The client could not connect a stream to its target.</summary>
internal sealed class TargetFailedException(StreamAnswer answer) : NotSentException($"The client answered {answer.Status}: {answer.Text}")
{
    /// <summary>What the client said.</summary>
    public StreamAnswer Answer { get; } = answer;
}
