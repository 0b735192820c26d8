namespace Mport.Server.Accounts.Devices;

/// <summary>What a machine that asks about its login is told.</summary>
internal abstract record DeviceAnswer
{
    private DeviceAnswer()
    {
    }

    /// <summary>The code does not work, or not any more.</summary>
    internal sealed record Gone : DeviceAnswer;

    /// <summary>Somebody has refused it.</summary>
    internal sealed record Denied : DeviceAnswer;

    /// <summary>Nobody has decided yet.</summary>
    /// <param name="Interval">How long to wait before the next question.</param>
    /// <param name="TooSoon">Whether this question came too soon.</param>
    internal sealed record Waiting(TimeSpan Interval, bool TooSoon) : DeviceAnswer;

    /// <summary>Somebody has approved it.</summary>
    /// <param name="UserId">Who.</param>
    /// <param name="Machine">What the machine calls itself.</param>
    internal sealed record Approved(UserId UserId, string Machine) : DeviceAnswer;
}
