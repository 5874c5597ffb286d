package io.cdcsdk.testkit;

import io.cdcsdk.api.Source;

class FiniteScriptedSourceTest extends ScriptedSourceTest {
    @Override
    protected Source newSource() {
        return ScriptedSource.over(origin).build();
    }
}
