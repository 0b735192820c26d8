using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Mport.Server.Hosting.Handover;

/// <summary>Messages of a handover: 4-byte big-endian length, JSON, and with the first byte the message's descriptors.</summary>
internal sealed class HandoverChannel(DescriptorChannel channel) : IDisposable
{
    /// <summary>The version of the conversation. A peer of another one is told which side to update.</summary>
    public const int Protocol = 1;

    /// <summary>Bytes of one message at most; a part holds <see cref="HostsInPart"/> names of at most 253 characters.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Descriptors in one part: what the kernel passes at once.</summary>
    public const int DescriptorsInPart = LibC.MaxDescriptors;

    /// <summary>Hosts in one part.</summary>
    public const int HostsInPart = 500;

    /// <summary>Sends a message with descriptors.</summary>
    public Task SendAsync(HandoverMessage message, IReadOnlyList<SafeHandle> descriptors, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, HandoverJson.Default.HandoverMessage);
        var bytes = new byte[sizeof(int) + json.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, json.Length);
        json.CopyTo(bytes, sizeof(int));
        return channel.SendAsync(bytes, descriptors, cancellationToken);
    }

    /// <summary>Sends a message.</summary>
    public Task SendAsync(HandoverMessage message, CancellationToken cancellationToken) => SendAsync(message, [], cancellationToken);

    /// <summary>Receives a message that must be of this kind, without descriptors.</summary>
    /// <exception cref="HandoverException">It is another one; a refusal gives its own reason.</exception>
    public async Task<T> ReceiveAsync<T>(CancellationToken cancellationToken)
        where T : HandoverMessage
    {
        var (message, descriptors) = await ReceiveAsync(cancellationToken);
        descriptors.ForEach(descriptor => descriptor.Dispose());
        return Expect<T>(message);
    }

    /// <summary>Receives the sign that the peer has reached this point.</summary>
    /// <exception cref="HandoverException">It says something else.</exception>
    public async Task ReceiveAsync(HandoverStage stage, CancellationToken cancellationToken)
    {
        var step = await ReceiveAsync<HandoverStep>(cancellationToken);
        if (step.Stage != stage)
        {
            throw new HandoverException($"The other edge is at \"{step.Stage}\" where \"{stage}\" was due.");
        }
    }

    /// <summary>Receives a part with its descriptors, of which each has its meaning; the caller owns them.</summary>
    /// <exception cref="HandoverException">It is something else.</exception>
    public async Task<(HandoverPart Part, List<SafeFileHandle> Descriptors)> ReceivePartAsync(CancellationToken cancellationToken)
    {
        var (message, descriptors) = await ReceiveAsync(cancellationToken);
        try
        {
            var part = Expect<HandoverPart>(message);
            return part.Descriptors.Count == descriptors.Count
                ? (part, descriptors)
                : throw new HandoverException($"{descriptors.Count} descriptors came where {part.Descriptors.Count} were named.");
        }
        catch
        {
            descriptors.ForEach(descriptor => descriptor.Dispose());
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => channel.Dispose();

    private static T Expect<T>(HandoverMessage message)
        where T : HandoverMessage => message switch
        {
            T expected => expected,
            HandoverRefused refused => throw new HandoverException(refused),
            _ => throw new HandoverException($"The other edge sent {message.GetType().Name} where {typeof(T).Name} was due."),
        };

    private async Task<(HandoverMessage Message, List<SafeFileHandle> Descriptors)> ReceiveAsync(CancellationToken cancellationToken)
    {
        var descriptors = new List<SafeFileHandle>();
        try
        {
            var head = new byte[sizeof(int)];
            await channel.ReceiveAsync(head, descriptors, cancellationToken);
            if (BinaryPrimitives.ReadInt32BigEndian(head) is not (> 0 and <= MaxBytes and var length))
            {
                throw new HandoverException("The other edge does not speak the language of a handover.");
            }

            var json = new byte[length];
            await channel.ReceiveAsync(json, descriptors, cancellationToken);
            var message = JsonSerializer.Deserialize(json, HandoverJson.Default.HandoverMessage);
            return (message ?? throw new HandoverException("The other edge sent nothing."), descriptors);
        }
        catch (JsonException broken)
        {
            descriptors.ForEach(descriptor => descriptor.Dispose());
            throw new HandoverException($"The other edge's message cannot be read: {broken.Message}");
        }
        catch
        {
            descriptors.ForEach(descriptor => descriptor.Dispose());
            throw;
        }
    }
}
