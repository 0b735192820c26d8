using System.Net;
using Mport.Protocol.Identity;

namespace Mport.Server.Events;

/// <summary>An event that has its id and time, and waits for its place in the log.</summary>
/// <param name="Draft">The event; its place is not settled.</param>
/// <param name="Written">Completes when it is written or lost; null when nobody waits for it.</param>
internal sealed record WaitingEvent(EventRecord Draft, TaskCompletionSource? Written = null)
{
    /// <summary>An event of this moment.</summary>
    public static WaitingEvent Of(EdgeEvent happened, TimeProvider time, bool awaited = false) => new(
        new EventRecord
        {
            Sequence = 0,
            Id = Ulid.Create("evt", time),
            At = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()),
            Kind = happened.Kind.Name,
            IsAudit = happened.Kind.IsAudit,
            ActorKind = happened.Actor.Kind,
            ActorId = EventText.Clip(happened.Actor.Id, EventText.MaxName),
            ActorName = EventText.Clip(happened.Actor.Name, EventText.MaxName),
            Address = happened.Actor.Address is { } address ? Plain(address).ToString() : null,
            AccountId = happened.AccountId,
            SubjectKind = happened.Subject?.Kind,
            SubjectId = EventText.Clip(happened.Subject?.Id, EventText.MaxName),
            SubjectName = EventText.Clip(happened.Subject?.Name, EventText.MaxName),
            Before = EventText.ToJson(happened.Before),
            After = EventText.ToJson(happened.After),
            Code = EventText.Clip(happened.Code, EventText.MaxKind),
            Reason = EventText.Clip(happened.Reason, EventText.MaxReason),
        },
        awaited ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
