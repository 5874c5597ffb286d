package io.cdcsdk.runtime;

import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Positions;
import java.util.List;
import java.util.Set;

/** Several listeners as one. */
record Listeners(List<PipelineListener> all) implements PipelineListener {
    /** One listener for some: those of a pipeline that has one are not wrapped. */
    static PipelineListener of(List<PipelineListener> all) {
        return all.size() == 1 ? all.get(0) : new Listeners(List.copyOf(all));
    }

    @Override
    public void read(EventBatch batch) {
        all.forEach(each -> each.read(batch));
    }

    @Override
    public void written(String sink, EventBatch batch) {
        all.forEach(each -> each.written(sink, batch));
    }

    @Override
    public void retried(Retried retried) {
        all.forEach(each -> each.retried(retried));
    }

    @Override
    public void failed(Failed failed) {
        all.forEach(each -> each.failed(failed));
    }

    @Override
    public void breakerChanged(String sink, PipelineStatus.Breaker now) {
        all.forEach(each -> each.breakerChanged(sink, now));
    }

    @Override
    public void setAside(String sink, List<DeadLetterRecord.Letter> letters) {
        all.forEach(each -> each.setAside(sink, letters));
    }

    @Override
    public void resolved(String sink, DeadLetterRecord.Resolved resolved) {
        all.forEach(each -> each.resolved(sink, resolved));
    }

    @Override
    public void claimed(Set<String> lanes, Positions resumeAfter) {
        all.forEach(each -> each.claimed(lanes, resumeAfter));
    }

    @Override
    public void committed(Committed committed) {
        all.forEach(each -> each.committed(committed));
    }

    @Override
    public void acknowledged(Positions durable) {
        all.forEach(each -> each.acknowledged(durable));
    }
}
